namespace Sluice.Tests.Relay;

/// <summary>A body that tells how large the read is that waits for it.</summary>
internal sealed class SizedReads(Stream inner) : Stream
{
    private int _pending = -1;

    /// <summary>The size of the read that waits; -1: none does.</summary>
    public int Pending => Volatile.Read(ref _pending);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = inner.ReadAsync(buffer, cancellationToken);
        Volatile.Write(ref _pending, read.IsCompleted ? -1 : buffer.Length);
        try
        {
            return await read;
        }
        finally
        {
            Volatile.Write(ref _pending, -1);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
