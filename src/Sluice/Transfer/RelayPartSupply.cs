using Sluice.Buffers;
using Sluice.Diagnostics;
using Sluice.Parts;
using Sluice.Relay;

namespace Sluice.Transfer;

/// <summary>
/// Parts of a source that is read once. A part fills in memory, under a ticket for the whole of it that is taken before the first
/// byte is read, or on the disk: where it lies there already, where the upload is staged, and where it is slow and others wait
/// (<see cref="FillLanes"/>).
/// </summary>
internal sealed class RelayPartSupply(IByteSource source, PartPlan plan, int readBuffer, bool hashing, FillLanes lanes, UploadView view, Func<long, CancellationToken, ValueTask<PartBuffer>> rent)
    : PartSupply(source, plan, readBuffer, hashing)
{
    private readonly int _readBuffer = readBuffer;
    private (long From, PartBuffer? Buffer)? _rest;

    public override async ValueTask<PreparedPart> PrepareAsync(int number, CancellationToken cancellationToken)
    {
        // Nobody holds memory while there is nothing to put into it.
        await Source.WaitForBytesAsync(cancellationToken).ConfigureAwait(false);
        var (from, length, disk) = (Plan.OffsetOf(number), Plan.LengthOf(number), Source.Disk);
        var place = disk is not null && (disk.IsStaged || disk.Has(from, from + length)) ? FillPlace.Spool
            : await lanes.ChooseAsync(from, length, disk, Source.Arrival, view, cancellationToken).ConfigureAwait(false);
        var buffer = place == FillPlace.Spool ? null : await rent(length, cancellationToken).ConfigureAwait(false);
        view.Waiting(place == FillPlace.Spool ? WaitReason.Spool : WaitReason.Client);
        var fill = new PartFill(lanes, disk, from, length, buffer, SlowFillRule.IsSlow(length, Source.Arrival?.BytesPerSecond), rent, cancellationToken);
        await using (fill.ConfigureAwait(false))
        {
            try
            {
                await ReadPartAsync(number, new Fill(fill), cancellationToken).ConfigureAwait(false);
                var (full, holds) = await fill.EndAsync().ConfigureAwait(false);
                return new PreparedPart(number, full is null ? new DiskPartBody(disk!, from, length, _readBuffer) : full, Proof(), holds);
            }
            catch
            {
                // The client went away, or we stop: what is here already must not be asked for again where the disk has room.
                _rest = (from, await fill.BreakOffAsync().ConfigureAwait(false));
                throw;
            }
        }
    }

    /// <inheritdoc />
    public override async ValueTask GiveBackAsync(long prefixEnd, IReadOnlyList<PreparedPart> unsent)
    {
        List<(long From, PartBuffer Buffer)> pieces = [];
        var end = prefixEnd;
        foreach (var part in unsent.OrderBy(static p => p.Number))
        {
            var (from, to) = (Plan.OffsetOf(part.Number), Plan.EndOf(part.Number));
            if (from == end && part.Body is PartBuffer buffer)
            {
                pieces.Add((from, buffer));
                end = to;
            }
            else if (from == end && pieces.Count == 0 && Source.Disk is { } disk && disk.Has(prefixEnd, to))
            {
                end = to;
            }
        }

        if (_rest is { Buffer: { } rest } && _rest.Value.From == end)
        {
            pieces.Add((end, rest));
            end += rest.Length;
        }

        await Source.GiveBackAsync(prefixEnd, Copy, end - prefixEnd).ConfigureAwait(false);
        DropRest();

        void Copy(long at, Memory<byte> destination)
        {
            at += prefixEnd;
            foreach (var (from, buffer) in pieces)
            {
                if (at >= from && at < from + buffer.Length && !destination.IsEmpty)
                {
                    var count = (int)Math.Min(destination.Length, from + buffer.Length - at);
                    buffer.CopyTo(at - from, destination.Span[..count]);
                    (at, destination) = (at + count, destination[count..]);
                }
            }
        }
    }

    public override void Dispose()
    {
        DropRest();
        base.Dispose();
    }

    private void DropRest()
    {
        _rest?.Buffer?.Dispose();
        _rest = null;
    }

    private readonly struct Fill(PartFill fill) : IPieceSink
    {
        public ValueTask<Memory<byte>> BorrowAsync() => fill.BorrowAsync();

        public void Return(int read) => fill.Return(read);

        public ValueTask TakeAsync(long offset, ReadOnlyMemory<byte> piece) => fill.TakeAsync(offset, piece);
    }
}
