using System.Diagnostics.CodeAnalysis;

namespace Sluice.AspNetCore.Tus;

/// <summary>
/// Bodies that are on their way into memory before their upload hears of them: a newer request for the same upload ends them,
/// as it ends those that the upload reads itself. They count nothing, so there is nothing to wait for.
/// </summary>
[SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "Cut sources have no timer; a late cut must still find them.")]
internal sealed class PendingBodies
{
    private readonly Dictionary<string, CancellationTokenSource> _bodies = [];
    private readonly Lock _lock = new();

    /// <summary>Enters a body; the one before it ends.</summary>
    public CancellationTokenSource Enter(string uploadId)
    {
        var mine = new CancellationTokenSource();
        CancellationTokenSource? before;
        lock (_lock)
        {
            _bodies.Remove(uploadId, out before);
            _bodies.Add(uploadId, mine);
        }

        before?.Cancel();
        return mine;
    }

    public void Leave(string uploadId, CancellationTokenSource mine)
    {
        lock (_lock)
        {
            if (_bodies.TryGetValue(uploadId, out var known) && known == mine)
            {
                _bodies.Remove(uploadId);
            }
        }
    }

    /// <summary>Ends the body of an upload.</summary>
    public void End(string uploadId)
    {
        CancellationTokenSource? body;
        lock (_lock)
        {
            _bodies.Remove(uploadId, out body);
        }

        body?.Cancel();
    }
}
