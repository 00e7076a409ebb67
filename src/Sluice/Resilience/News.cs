namespace Sluice.Resilience;

/// <summary>Wakes all who wait for the next change. Take <see cref="Next"/> before looking at what may change, so that none is missed.</summary>
internal sealed class News
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends at the next change.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>Something changed.</summary>
    public void Tell() => Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
