using Sluice.Buffers;
using Sluice.Parts;

namespace Sluice.Transfer;

/// <summary>Parts of a source that is read once: copied into pages under a ticket for the whole part, taken before the first byte is read.</summary>
internal sealed class RelayPartSupply(IByteSource source, PartPlan plan, int readBuffer, bool hashing, Func<long, CancellationToken, ValueTask<PartBuffer>> rent)
    : PartSupply(source, plan, readBuffer, hashing)
{
    public override async ValueTask<PreparedPart> PrepareAsync(int number, CancellationToken cancellationToken)
    {
        // Nobody holds memory while there is nothing to put into it.
        await Source.WaitForBytesAsync(cancellationToken).ConfigureAwait(false);
        var buffer = await rent(Plan.LengthOf(number), cancellationToken).ConfigureAwait(false);
        try
        {
            await ReadPartAsync(number, new Fill(buffer), cancellationToken).ConfigureAwait(false);
            return new PreparedPart(number, buffer, Proof(), buffer);
        }
        catch
        {
            // The client went away, or we stop: what is here already must not be asked for again where the disk has room.
            buffer.Freeze();
            await Source.GiveBackAsync(Plan.OffsetOf(number), (at, piece) => buffer.CopyTo(at, piece.Span), buffer.Length).ConfigureAwait(false);
            buffer.Dispose();
            throw;
        }
    }

    private readonly struct Fill(PartBuffer buffer) : IPieceSink
    {
        public void Take(ReadOnlySpan<byte> piece) => buffer.Append(piece);
    }
}
