namespace Sluice.Tests.Spool;

/// <summary>Gives its bytes in uneven pieces, then does what it is told: ends, fails, or hangs without looking at the token, as a pipe does.</summary>
internal sealed class StreamThatStops(byte[] bytes, Task? hang = null, Exception? fail = null) : Stream
{
    private int _at;

    public TaskCompletionSource Hanging { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _at;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var take = Math.Min(Math.Min(buffer.Length, bytes.Length - _at), 1 + (int)(_at * 7919L % 100_000));
        if (take > 0)
        {
            bytes.AsMemory(_at, take).CopyTo(buffer);
            _at += take;
            return take;
        }

        if (hang is not null)
        {
            Hanging.TrySetResult();
            await hang;
        }

        return fail is null ? 0 : throw fail;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
        // Nothing is written.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
