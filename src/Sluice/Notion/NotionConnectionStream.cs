namespace Sluice.Notion;

/// <summary>
/// One HTTP/1.1 connection as the handler uses it. Before an idle connection carries another request, the handler begins to
/// read from it in that request's flow; it takes a read that ends at once for a connection the server closed, and uses
/// another. A connection that is used up, surplus or marked after a failure therefore says it has ended when it is asked so,
/// and no request is lost (ConnectionTests; NotionSocketTests on real sockets).
/// </summary>
internal sealed class NotionConnectionStream(Stream inner, NotionConnections connections) : Stream
{
    private AttemptReporter? _owner;
    private int _requests;
    private volatile bool _idle;
    private volatile bool _finished;
    private volatile bool _retired;
    private int _closed;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Carries no further request.</summary>
    public void Retire() => _retired = true;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (IsProbe(buffer) && !MayServeOn())
        {
            _finished = true;
        }

        return _finished ? ValueTask.FromResult(0) : inner.ReadAsync(buffer, cancellationToken);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (AttemptReporter.Current is { } current && current != _owner)
        {
            _owner = current;
            _requests++;
            current.CarriedBy(this);
        }

        if (_idle)
        {
            _idle = false;
            connections.Busy(this);
        }

        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Calls to Notion are asynchronous.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Calls to Notion are asynchronous.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        Leave();
        await inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Leave();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>The handler wants to know whether the idle connection stands: for another request, or (a read of nothing, in nobody's flow) on its rounds.</summary>
    private bool IsProbe(Memory<byte> buffer) => AttemptReporter.Current is { } current ? current != _owner : buffer.IsEmpty;

    private bool MayServeOn()
    {
        if (_retired || !connections.MayServe(_requests))
        {
            return false;
        }

        _idle = connections.TryKeepIdle(this);
        return _idle;
    }

    private void Leave()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            connections.Closed(this);
        }
    }
}
