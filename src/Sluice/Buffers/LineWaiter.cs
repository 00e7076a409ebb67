namespace Sluice.Buffers;

/// <summary>One request in a waiting line, and the promise it waits on. Completed outside of the line's lock, on no one's stack.</summary>
internal sealed class LineWaiter<TGrant>(LinePlace place, long bytes, long arrival)
{
    private readonly TaskCompletionSource<TGrant> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LinePlace Place => place;

    public long Bytes => bytes;

    public Task<TGrant> Task => _source.Task;

    /// <summary>What it was given, noted under the lock and told outside of it.</summary>
    public TGrant? Grant { get; set; }

    public LineKey KeyUnderLock => place.KeyUnderLock(arrival);

    public void Complete() => _source.SetResult(Grant!);

    public void Cancel(CancellationToken cancellationToken) => _source.SetCanceled(cancellationToken);

    public void Fail(Exception exception) => _source.SetException(exception);
}
