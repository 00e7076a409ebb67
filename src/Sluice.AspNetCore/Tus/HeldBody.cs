using System.Buffers;
using System.Security.Cryptography;

namespace Sluice.AspNetCore.Tus;

/// <summary>A body in memory, in pieces that never reach the large object heap; read once, from its beginning.</summary>
internal sealed class HeldBody : Stream
{
    private const int Piece = 64 << 10;

    private readonly List<byte[]> _pieces = [];
    private long _length;
    private long _position;

    /// <summary>How a body came in.</summary>
    public enum Fill
    {
        /// <summary>All of it is here.</summary>
        Whole,

        /// <summary>It is longer than allowed.</summary>
        TooLong,

        /// <summary>Nothing came for longer than the silence allowed.</summary>
        Idle,
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => _length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <summary>Takes a body as far as it goes, or as it may.</summary>
    public async ValueTask<Fill> FillAsync(Stream body, long most, TimeSpan idle, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            var at = (int)(_length % Piece);
            if (at == 0)
            {
                _pieces.Add(ArrayPool<byte>.Shared.Rent(Piece));
            }

            using var silence = new CancellationTokenSource(idle, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
            int read;
            try
            {
                read = await body.ReadAsync(_pieces[^1].AsMemory(at, Piece - at), both.Token);
            }
            catch (OperationCanceledException) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                return Fill.Idle;
            }

            if (read == 0)
            {
                return Fill.Whole;
            }

            _length += read;
            if (_length > most)
            {
                return Fill.TooLong;
            }
        }
    }

    public bool Matches(TusChecksum checksum)
    {
        using var hash = IncrementalHash.CreateHash(checksum.Algorithm);
        var left = _length;
        foreach (var piece in _pieces)
        {
            var count = (int)Math.Min(Piece, left);
            hash.AppendData(piece, 0, count);
            left -= count;
        }

        return CryptographicOperations.FixedTimeEquals(hash.GetHashAndReset(), checksum.Digest);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var at = (int)(_position % Piece);
        var count = (int)Math.Min(Math.Min(buffer.Length, Piece - at), _length - _position);
        if (count > 0)
        {
            _pieces[(int)(_position / Piece)].AsMemory(at, count).CopyTo(buffer);
            _position += count;
        }

        return ValueTask.FromResult(count);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Bodies are read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        foreach (var piece in _pieces)
        {
            ArrayPool<byte>.Shared.Return(piece);
        }

        _pieces.Clear();
        base.Dispose(disposing);
    }
}
