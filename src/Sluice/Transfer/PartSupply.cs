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
    private readonly RunningSha256? _sha;
    private readonly byte[] _page;
    private int _next = 1;

    protected PartSupply(IByteSource source, PartPlan plan, int readBuffer, bool hashing)
    {
        Source = source;
        Plan = plan;
        _page = GC.AllocateUninitializedArray<byte>(readBuffer, pinned: true);
        _sha = hashing ? RunningSha256.Create() : null;
    }

    protected IByteSource Source { get; }

    protected PartPlan Plan { get; }

    /// <summary>The whole file's SHA-256 in lower-case hex once every part was read; null with hashing off.</summary>
    public string? WholeDigest => _sha is null || _next <= Plan.Count ? null : Convert.ToHexStringLower(_sha.ProofAtBoundary().Digest);

    /// <summary>Makes the next part ready. Called for each number once, in order.</summary>
    public abstract ValueTask<PreparedPart> PrepareAsync(int number, CancellationToken cancellationToken);

    /// <summary>A part that was read before, to be sent once more; null where its bytes are gone.</summary>
    public virtual PreparedPart? Again(int number) => null;

    /// <summary>Reads the next part and compares it with its row; null: the same bytes.</summary>
    public async ValueTask<SluiceError?> ProveAsync(PartRow row, CancellationToken cancellationToken)
    {
        await SkimAsync(row.Number, cancellationToken).ConfigureAwait(false);
        var proof = Proof();
        return proof.Digest.Length == 0 || row.Proof.Digest.Length == 0 || proof.Digest.AsSpan().SequenceEqual(row.Proof.Digest)
            ? null
            : new SluiceError(ErrorCodes.SourceChanged, $"Part {row.Number} (bytes {Plan.OffsetOf(row.Number):N0} to {Plan.EndOf(row.Number):N0}) is not what was uploaded: the source has changed. Start over with --restart, or put the old file back.");
    }

    /// <summary>Takes the next bytes of the source into the running hash.</summary>
    public void Hash(ReadOnlySpan<byte> piece) => _sha?.Append(piece);

    public virtual void Dispose() => _sha?.Dispose();

    /// <summary>Reads the next part without keeping its bytes.</summary>
    protected virtual ValueTask SkimAsync(int number, CancellationToken cancellationToken) => ReadPartAsync(number, new Discard(), cancellationToken);

    /// <summary>Reads a whole part through one page; every piece is hashed and handed to the sink.</summary>
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
        while (offset < end)
        {
            var want = (int)Math.Min(_page.Length, end - offset);
            var read = await Source.ReadAsync(offset, _page.AsMemory(0, want), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                throw new SluiceException(ErrorCodes.SourceChanged, $"The source ended at byte {offset:N0} of {Plan.Length:N0}: it is shorter than it was. Start over with --restart.");
            }

            Hash(_page.AsSpan(0, read));
            sink.Take(_page.AsSpan(0, read));
            offset += read;
        }
    }

    /// <summary>The running hash is at the end of a part.</summary>
    protected void Passed() => _next++;

    protected PartProof Proof() => _sha?.ProofAtBoundary() ?? new PartProof(ProofKind.Prefix, [], null);

    /// <summary>Takes the pieces of a part as they are read.</summary>
    protected interface IPieceSink
    {
        void Take(ReadOnlySpan<byte> piece);
    }

    private readonly struct Discard : IPieceSink
    {
        public void Take(ReadOnlySpan<byte> piece)
        {
            // Hashing is all that is wanted.
        }
    }
}
