using Microsoft.Extensions.Logging;

namespace Sluice.Spool;

/// <summary>Whether anything new is staged: not after a write went wrong, until a full disk has room again, or, where the disk failed, until the next start.</summary>
internal sealed class SpoolHealth(string folder, Func<string, SpoolVolume> look, ILogger log)
{
    private readonly Lock _lock = new();
    private SpoolOutcome _off = SpoolOutcome.Ok;

    /// <summary>Why nothing is staged.</summary>
    public SpoolOutcome Off
    {
        get
        {
            lock (_lock)
            {
                return _off;
            }
        }
    }

    /// <summary>A write or sync went wrong.</summary>
    public void Failed(SpoolOutcome outcome)
    {
        lock (_lock)
        {
            if (outcome.Status is not (SpoolStatus.DiskFull or SpoolStatus.Failed) || _off.Status == SpoolStatus.Failed)
            {
                return;
            }

            _off = outcome;
        }

        SpoolLog.Off(log, folder, outcome.Reason ?? outcome.Status.ToString());
    }

    /// <summary>Looks whether a full disk has room again.</summary>
    public void LookAgain()
    {
        try
        {
            if (Off.Status != SpoolStatus.DiskFull || look(folder).FreeBytes < SpoolConstants.DiskMargin)
            {
                return;
            }
        }
        catch (Exception e) when (SpoolOutcome.IsExpected(e))
        {
            return;
        }

        lock (_lock)
        {
            if (_off.Status != SpoolStatus.DiskFull)
            {
                return;
            }

            _off = SpoolOutcome.Ok;
        }

        SpoolLog.On(log, folder);
    }
}
