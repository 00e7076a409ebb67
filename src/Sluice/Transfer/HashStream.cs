using Sluice.Integrity;

namespace Sluice.Transfer;

/// <summary>A stream that only hashes what is written to it.</summary>
internal sealed class HashStream : Stream
{
    private readonly RunningSha256 _hash = RunningSha256.Create();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _hash.Length;

    public override long Position
    {
        get => _hash.Length;
        set => throw new NotSupportedException();
    }

    /// <summary>SHA-256 of everything written, in lower-case hex.</summary>
    public string Digest() => Convert.ToHexStringLower(_hash.Digest());

    public override void Write(ReadOnlySpan<byte> buffer) => _hash.Append(buffer);

    public override void Write(byte[] buffer, int offset, int count) => _hash.Append(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _hash.Append(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
        // Nothing is held back.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }
}
