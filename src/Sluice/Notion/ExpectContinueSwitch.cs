using Sluice.Errors;

namespace Sluice.Notion;

/// <summary>
/// Decides whether a send asks with <c>Expect: 100-continue</c>. In <c>auto</c> it does for ten minutes after two sends in a
/// row broke while their body went out: behind such a pair there is often an early refusal, which the header makes visible.
/// </summary>
internal sealed class ExpectContinueSwitch
{
    private static readonly TimeSpan AutoDuration = TimeSpan.FromMinutes(10);

    private readonly TimeProvider _time;
    private readonly bool _on;
    private readonly bool _auto;
    private readonly Lock _lock = new();
    private int _brokenInARow;
    private long? _since;

    public ExpectContinueSwitch(string setting, TimeProvider time)
    {
        _time = time;
        _on = setting.Equals("on", StringComparison.OrdinalIgnoreCase);
        _auto = setting.Equals("auto", StringComparison.OrdinalIgnoreCase);
        if (!_on && !_auto && !setting.Equals("off", StringComparison.OrdinalIgnoreCase))
        {
            throw new SluiceException(ErrorCodes.BadRequest, "Connections:ExpectContinue is not one of auto, on and off.");
        }
    }

    /// <summary>True where the next send asks first.</summary>
    public bool Active
    {
        get
        {
            lock (_lock)
            {
                return _on || (_since is { } since && _time.GetElapsedTime(since) < AutoDuration);
            }
        }
    }

    /// <summary>Notes how a send ended; only an answer and a connection broken in mid-body say something.</summary>
    public void SendEnded(FailureClass? failure)
    {
        lock (_lock)
        {
            if (failure != FailureClass.Unknown)
            {
                _brokenInARow = failure == FailureClass.Ignored ? _brokenInARow : 0;
                return;
            }

            if (_auto && ++_brokenInARow >= 2)
            {
                _brokenInARow = 0;
                _since = _time.GetTimestamp();
            }
        }
    }
}
