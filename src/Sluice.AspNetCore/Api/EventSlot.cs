using Sluice.AspNetCore.Security;

namespace Sluice.AspNetCore.Api;

/// <summary>One viewer: holds the last value that it has not been sent yet. A slow one misses values, never the last.</summary>
internal sealed class EventSlot(Caller caller)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[]? _last;

    public Caller Caller { get; } = caller;

    public void Offer(byte[] value)
    {
        TaskCompletionSource news;
        lock (_lock)
        {
            _last = value;
            news = _news;
        }

        news.TrySetResult();
    }

    /// <summary>The last value not taken yet; null: nothing came within the limit.</summary>
    public async ValueTask<byte[]?> TakeAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        Task news;
        lock (_lock)
        {
            news = _news.Task;
        }

        try
        {
            await news.WaitAsync(limit, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return null;
        }

        lock (_lock)
        {
            var value = _last;
            _last = null;
            _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return value;
        }
    }
}
