using System.Buffers;
using Sluice.Checkpoints;
using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Integrity;
using Sluice.Parts;

namespace Sluice.Transfer;

/// <summary>
/// Reads a source once, in order, hashing as it goes, and gives out its parts one by one. What was acknowledged earlier is
/// compared with its row instead of being given out: nothing behind it leaves before it is proved.
/// </summary>
internal abstract class PartSupply : IDisposable
{
    private readonly int _readBuffer;
    private readonly bool _hashing;
    private RunningSha256? _sha;
    private RunningSha256? _alone;
    private long _hashedTo;
    private int _next = 1;

    protected PartSupply(IByteSource source, PartPlan plan, int readBuffer, bool hashing)
    {
        Source = source;
        Plan = plan;
        _readBuffer = readBuffer;
        _hashing = hashing;
        _sha = hashing ? RunningSha256.Create() : null;
    }

    protected IByteSource Source { get; }

    protected PartPlan Plan { get; }

    /// <summary>The whole file's SHA-256 in lower-case hex once every part was read; null with hashing off.</summary>
    public string? WholeDigest => _sha is null || _next <= Plan.Count ? null : Convert.ToHexStringLower(_sha.ProofAtBoundary().Digest);

    /// <summary>
    /// Begins behind a part whose bytes are not there to be read again: the hash goes on from the state in its row. Where that
    /// cannot be, the parts that follow are proved each by itself and the whole digest stays unknown.
    /// </summary>
    public void BeginBehind(PartRow row)
    {
        _next = row.Number + 1;
        _hashedTo = Plan.EndOf(row.Number);
        _sha?.Dispose();
        _sha = _hashing && row.Proof.State is { } state ? RunningSha256.TryResume(state, _hashedTo) : null;
    }

    /// <summary>Where the source begins to give bytes.</summary>
    public long Start => Source.Start;

    /// <summary>What lies before the offset is not needed again.</summary>
    public ValueTask ForgetBeforeAsync(long offset) => Source.ForgetBeforeAsync(offset);

    /// <summary>Makes the next part ready. Called for each number once, in order.</summary>
    public abstract ValueTask<PreparedPart> PrepareAsync(int number, CancellationToken cancellationToken);

    /// <summary>
    /// The run ends before its parts did: what is in memory goes back to the source as far as it goes on where the prefix ends, the
    /// part that was being filled included, so that it has not to be asked for again. The parts stay their owner's to dispose.
    /// </summary>
    /// <param name="prefixEnd">The end of what is durable at Notion.</param>
    /// <param name="unsent">Parts that were ready and were not acknowledged.</param>
    public virtual ValueTask GiveBackAsync(long prefixEnd, IReadOnlyList<PreparedPart> unsent) => ValueTask.CompletedTask;

    /// <summary>A part that was read before, to be sent once more; null where its bytes are gone.</summary>
    public virtual PreparedPart? Again(int number) => null;

    /// <summary>Reads the next part and compares it with its row; null: the same bytes.</summary>
    public async ValueTask<SluiceError?> ProveAsync(PartRow row, CancellationToken cancellationToken)
    {
        if (row.Proof.Kind == ProofKind.Alone)
        {
            BeginAlone();
        }

        await SkimAsync(row.Number, cancellationToken).ConfigureAwait(false);
        var proof = row.Proof.Kind == ProofKind.Alone && _alone is not null ? ProofAlone(_alone) : Proof();
        return proof.Digest.Length == 0 || row.Proof.Digest.Length == 0 || proof.Digest.AsSpan().SequenceEqual(row.Proof.Digest)
            ? null
            : new SluiceError(ErrorCodes.SourceChanged, $"Part {row.Number} (bytes {Plan.OffsetOf(row.Number):N0} to {Plan.EndOf(row.Number):N0}) is not what was uploaded: the source has changed. Start over with --restart, or put the old file back.");
    }

    /// <summary>Takes the next bytes of the source into the running hash.</summary>
    public void Hash(ReadOnlySpan<byte> piece) => Hash(_hashedTo, piece);

    public virtual void Dispose()
    {
        _sha?.Dispose();
        _alone?.Dispose();
    }

    /// <summary>Reads the next part without keeping its bytes.</summary>
    protected virtual ValueTask SkimAsync(int number, CancellationToken cancellationToken) => ReadPartAsync(number, new Discard(), cancellationToken);

    /// <summary>Reads a whole part through one page; every piece is hashed, once however often the part is begun, and handed to the sink.</summary>
    protected async ValueTask ReadPartAsync<TSink>(int number, TSink sink, CancellationToken cancellationToken)
        where TSink : IPieceSink
    {
        if (number != _next)
        {
            throw new InvalidOperationException($"Part {number} was asked for, part {_next} is next.");
        }

        await ReadRestAsync(number, 0, sink, cancellationToken).ConfigureAwait(false);
        Passed();
    }

    /// <summary>Reads what comes after the first <paramref name="done"/> bytes of a part through one page; every piece is hashed and handed to the sink.</summary>
    protected async ValueTask ReadRestAsync<TSink>(int number, long done, TSink sink, CancellationToken cancellationToken)
        where TSink : IPieceSink
    {
        var offset = Plan.OffsetOf(number) + done;
        var end = Plan.EndOf(number);
        if (_sha is null && _hashedTo == offset)
        {
            BeginAlone();
        }

        byte[]? page = null;
        try
        {
            while (offset < end)
            {
                // 1. No part's memory is held back from others while nothing is there: a thousand that bring a packet at a time are waited for.
                await Source.WaitForBytesAsync(cancellationToken).ConfigureAwait(false);

                // 2. Straight to where it stays, or through a page.
                var want = (int)Math.Min(_readBuffer, end - offset);
                var place = await sink.BorrowAsync().ConfigureAwait(false);
                var into = place.IsEmpty ? (page ??= ArrayPool<byte>.Shared.Rent(_readBuffer)) : place;
                var read = 0;
                try
                {
                    read = await Source.ReadHereAsync(offset, into[..Math.Min(want, into.Length)], cancellationToken).ConfigureAwait(false);
                    Hash(offset, into.Span[..Math.Max(0, read)]);
                }
                finally
                {
                    if (!place.IsEmpty)
                    {
                        sink.Return(Math.Max(0, read));
                    }
                }

                if (read < 0)
                {
                    continue;
                }

                if (read == 0)
                {
                    throw new SluiceException(ErrorCodes.SourceChanged, $"The source ended at byte {offset:N0} of {Plan.Length:N0}: it is shorter than it was. Start over with --restart.");
                }

                // 3. Who fills a page at a time keeps it.
                if (place.IsEmpty)
                {
                    await sink.TakeAsync(offset, into[..read]).ConfigureAwait(false);
                }

                offset += read;
                if (page is not null && (read < want / 2 || !place.IsEmpty))
                {
                    ArrayPool<byte>.Shared.Return(page);
                    page = null;
                }
            }
        }
        finally
        {
            if (page is not null)
            {
                ArrayPool<byte>.Shared.Return(page);
            }
        }
    }

    /// <summary>The running hash is at the end of a part.</summary>
    protected void Passed() => _next++;

    protected PartProof Proof() => _sha?.ProofAtBoundary() ?? (_alone is null ? new PartProof(ProofKind.Prefix, [], null) : ProofAlone(_alone));

    private static PartProof ProofAlone(RunningSha256 alone) => new(ProofKind.Alone, alone.Digest(), null);

    private void BeginAlone()
    {
        _alone?.Dispose();
        _alone = _hashing ? RunningSha256.Create() : null;
    }

    /// <summary>A part that was given back and is read again was hashed already as far as it was read.</summary>
    private void Hash(long offset, ReadOnlySpan<byte> piece)
    {
        var seen = (int)Math.Clamp(_hashedTo - offset, 0, piece.Length);
        _sha?.Append(piece[seen..]);
        _alone?.Append(piece[seen..]);
        _hashedTo += piece.Length - seen;
    }

    /// <summary>Takes the pieces of a part as they are read.</summary>
    protected interface IPieceSink
    {
        /// <summary>Where the next piece may be read to directly, until <see cref="Return"/> is called, which is soon: a byte is there already. Empty: nowhere.</summary>
        ValueTask<Memory<byte>> BorrowAsync();

        /// <summary>So many bytes were read there; 0: none.</summary>
        void Return(int read);

        /// <summary>A piece that was read elsewhere.</summary>
        ValueTask TakeAsync(long offset, ReadOnlyMemory<byte> piece);
    }

    private readonly struct Discard : IPieceSink
    {
        public ValueTask<Memory<byte>> BorrowAsync() => default;

        public void Return(int read) => throw new InvalidOperationException("Nothing was lent.");

        // Hashing is all that is wanted.
        public ValueTask TakeAsync(long offset, ReadOnlyMemory<byte> piece) => ValueTask.CompletedTask;
    }
}
