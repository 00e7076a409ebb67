using System.Runtime.CompilerServices;

namespace Sluice.AspNetCore.Tus;

/// <summary>A request's body that counts what was read of it. Read by one reader at a time; it goes forward only.</summary>
/// <param name="inner">The body.</param>
/// <param name="tellsPosition">True makes a form reader ask for the position, so that it can say where a part begins; it never moves it elsewhere.</param>
internal sealed class CountedBody(Stream inner, bool tellsPosition = false) : Stream
{
    private long _count;

    /// <summary>Bytes read so far.</summary>
    public long Count => Volatile.Read(ref _count);

    public override bool CanRead => true;

    public override bool CanSeek => tellsPosition;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => Count;
        set => throw new NotSupportedException();
    }

    // A thousand slow bodies are waited for at a time, each again with every packet.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        Volatile.Write(ref _count, _count + read);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Bodies are read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
