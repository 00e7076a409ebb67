using System.Threading.Channels;

namespace Sluice.Transfer;

/// <summary>A session's events for one reader: bounded, the oldest are dropped, so the last one is never missed.</summary>
/// <param name="time">The clock of the events.</param>
/// <param name="isRead">False where nobody will ever read them.</param>
internal sealed class EventStream(TimeProvider time, bool isRead)
{
    private const int Capacity = 256;

    private readonly Channel<UploadEvent>? _channel = !isRead ? null : Channel.CreateBounded<UploadEvent>(
        new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    public void Add(UploadEventKind kind, int? part = null, Errors.SluiceError? error = null, TimeSpan? retryIn = null) =>
        _channel?.Writer.TryWrite(new UploadEvent(kind, time.GetUtcNow(), part, error, retryIn));

    public void End()
    {
        Add(UploadEventKind.Ended);
        _channel?.Writer.TryComplete();
    }

    public IAsyncEnumerable<UploadEvent> ReadAsync(CancellationToken cancellationToken) =>
        _channel?.Reader.ReadAllAsync(cancellationToken) ?? throw new InvalidOperationException("Nobody was to read the events.");
}
