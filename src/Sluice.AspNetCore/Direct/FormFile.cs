namespace Sluice.AspNetCore.Direct;

/// <summary>
/// The file's part of a form, whose length was told or worked out before it is read. Its last byte is given out only when the part is
/// seen to end behind it: a length that does not fit must never become a file that is cut or has framing in it.
/// </summary>
internal sealed class FormFile(Stream part, long length) : Stream
{
    private readonly byte[] _last = new byte[2];
    private long _left = length;
    private bool _hasLast;

    /// <summary>True where the part ended elsewhere than its length said.</summary>
    public bool IsMisfit { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_left == 0 || buffer.Length == 0)
        {
            return 0;
        }

        if (_left > 1)
        {
            var read = await part.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _left - 1)], cancellationToken);
            _left -= read;
            return read == 0 ? throw Misfit() : read;
        }

        // The byte outlives a read that is cancelled while the part's end is looked for.
        if (!_hasLast && await part.ReadAsync(_last.AsMemory(0, 1), cancellationToken) == 0)
        {
            throw Misfit();
        }

        _hasLast = true;
        if (await part.ReadAsync(_last.AsMemory(1, 1), cancellationToken) != 0)
        {
            throw Misfit();
        }

        buffer.Span[0] = _last[0];
        _left = 0;
        return 1;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Bodies are read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private IOException Misfit()
    {
        IsMisfit = true;
        return new IOException("The form's part does not end where its length says.");
    }
}
