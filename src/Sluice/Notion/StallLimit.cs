namespace Sluice.Notion;

/// <summary>A token that fires when nothing moved for a while, or when the caller's does.</summary>
internal sealed class StallLimit : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly ITimer _timer;

    public StallLimit(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _timer = time.CreateTimer(static state => ((StallLimit)state!).Stalled(), this, limit, Timeout.InfiniteTimeSpan);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>Something moved: wait anew.</summary>
    public void Restart(TimeSpan limit) => _timer.Change(limit, Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _timer.Dispose();
        _source.Dispose();
    }

    private void Stalled()
    {
        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            return; // the wait it limited is over
        }
    }
}
