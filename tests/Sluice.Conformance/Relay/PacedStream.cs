namespace Sluice.Conformance.Relay;

/// <summary>A client's body at a megabyte a second.</summary>
internal sealed class PacedStream(byte[] file) : Stream
{
    private static readonly TimeSpan Packet = TimeSpan.FromMilliseconds(50);

    private readonly MemoryStream _file = new(file);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        await Task.Delay(Packet, TimeProvider.System, cancellationToken);
        return await _file.ReadAsync(buffer[..Math.Min(buffer.Length, 50_000)], cancellationToken);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
