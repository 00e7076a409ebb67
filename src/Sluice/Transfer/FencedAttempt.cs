using Sluice.Errors;
using Sluice.Notion;

namespace Sluice.Transfer;

/// <summary>
/// An attempt at a call that two processes must not make: when its connection stands, right before the request leaves, the
/// leases are looked at once more. A process that slept while it connected does not act on leases that are gone.
/// </summary>
internal sealed class FencedAttempt : IAttempt, IDisposable
{
    private readonly IAttempt _attempt;
    private readonly Func<bool> _held;
    private readonly CancellationTokenSource _source;

    public FencedAttempt(IAttempt attempt, Func<bool> held)
    {
        _attempt = attempt;
        _held = held;
        _source = CancellationTokenSource.CreateLinkedTokenSource(attempt.Token);
    }

    public CancellationToken Token => _source.Token;

    public ErrorCode? ExpiredLimit => _attempt.ExpiredLimit;

    /// <summary>True where the call was not made because a lease was gone.</summary>
    public bool Refused { get; private set; }

    public void Connecting() => _attempt.Connecting();

    public void Connected()
    {
        _attempt.Connected();
        if (!_held())
        {
            Refused = true;
            _source.Cancel();
        }
    }

    public void Progress(long bytes) => _attempt.Progress(bytes);

    public void BodySent() => _attempt.BodySent();

    public void ResponseStarted() => _attempt.ResponseStarted();

    public void Dispose() => _source.Dispose();
}
