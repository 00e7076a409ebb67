using Sluice.Checkpoints;
using Sluice.Errors;
using Sluice.Spool;

namespace Sluice.Transfer;

/// <summary>
/// A stream whose beginning lies in the spool: (1) what the spool has, (2) what was read and the spool did not take, (3) the
/// rest, live. Each byte once, in order, from there on; what the spool has can be read again.
/// </summary>
/// <param name="stay">The beginning; goes with this source.</param>
/// <param name="inHand">What follows it.</param>
/// <param name="rest">Where the remaining bytes come from.</param>
/// <param name="length">All three together.</param>
/// <param name="folder">Where the spool is, for messages.</param>
internal sealed class PrefixedByteSource(SpoolStay stay, ReadOnlyMemory<byte> inHand, Stream rest, long length, string folder) : IByteSource
{
    private readonly long _handed = stay.File.Length;
    private readonly long _live = stay.File.Length + inHand.Length;
    private long _position = stay.File.Length + inHand.Length;

    public long Length => length;

    public bool CanReread => false;

    public bool CanChange => false;

    public SourceIdentity Identity { get; } = new("stream", null, length, null, null);

    public async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var filled = 0;
        while (filled < buffer.Length && offset + filled < length)
        {
            var read = await ReadPieceAsync(offset + filled, buffer[filled..], cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                break;
            }

            filled += read;
        }

        return filled;
    }

    public SluiceError? CheckUnchanged() => null;

    public ValueTask ForgetAsync()
    {
        stay.Forget();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        stay.Dispose();
        return ValueTask.CompletedTask;
    }

    private async ValueTask<int> ReadPieceAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        // 1. The spool.
        if (offset < _handed)
        {
            var outcome = stay.File.Read(buffer.Span, offset, out var got);
            return outcome.IsOk ? got : throw new SluiceException(SpoolErrors.Of(folder, outcome));
        }

        // 2. The piece in hand.
        if (offset < _live)
        {
            var piece = inHand.Span[(int)(offset - _handed)..];
            piece = piece[..Math.Min(piece.Length, buffer.Length)];
            piece.CopyTo(buffer.Span);
            return piece.Length;
        }

        // 3. The stream.
        if (offset != _position)
        {
            throw new SluiceException(ErrorCodes.Interrupted, $"Bytes from {offset:N0} on are needed again and a stream is read only once: start the upload again with the stream at its beginning.");
        }

        var read = await rest.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _position += read;
        return read;
    }
}
