namespace Sluice.Notion;

/// <summary>
/// One HTTP/1.1 connection as the handler uses it, in plain text. It counts requests and reads status lines on their way
/// through. Before the handler uses an idle connection again it makes a read of zero bytes, which completes only when the
/// server closed; a connection that is used up, surplus, or answered with a transient failure claims exactly that, and the
/// handler drops it without a request being lost (NotionConnectionTests).
/// </summary>
internal sealed class NotionConnectionStream(Stream inner, NotionConnections connections) : Stream
{
    private readonly StatusLineReader _status = new();
    private int _requests;
    private bool _finished;
    private bool _retired;
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

    private bool BetweenRequests => _requests == 0 || _status.Status is not null;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty && BetweenRequests && (_retired || !connections.MayServe(_requests) || !connections.TryKeepIdle(this)))
        {
            _finished = true;
        }

        if (_finished)
        {
            return 0;
        }

        var read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (_status.Status is null && _status.Read(buffer.Span[..read]) is { } status)
        {
            // 409 may be a save conflict, which is transient too; 529 asks for patience and says nothing about the connection.
            _retired |= status is 409 or >= 500 and not 529;
        }

        return read;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (BetweenRequests)
        {
            connections.Busy(this);
            _requests++;
            _status.Reset();
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

    private void Leave()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            connections.Closed(this);
        }
    }
}
