using Sluice.Integrity;
using Sluice.Parts;

namespace Sluice.Transfer;

/// <summary>
/// Parts of a source that can be read again: hashed in order, as a rule while they are sent, and read again where they are sent
/// again. Needs no memory but pages.
/// </summary>
internal sealed class ReplayPartSupply(IByteSource source, PartPlan plan, int readBuffer, bool hashing) : PartSupply(source, plan, readBuffer, hashing)
{
    private readonly int _readBuffer = readBuffer;
    private readonly UInt128?[] _fingerprints = new UInt128?[plan.Count];
    private HashingPartBody? _last;

    public override async ValueTask<PreparedPart> PrepareAsync(int number, CancellationToken cancellationToken)
    {
        if (Plan.Mode == PartMode.Single)
        {
            // The digest of the whole file is written down before the only send.
            await SkimAsync(number, cancellationToken).ConfigureAwait(false);
            return new PreparedPart(number, Replay(number), Proof(), null);
        }

        await FinishLastAsync(cancellationToken).ConfigureAwait(false);
        var part = new HashingPartBody(this, Source, number, Plan.OffsetOf(number), Plan.LengthOf(number), _readBuffer);
        _last = part;
        return new PreparedPart(number, part, () => part.Proof, null);
    }

    public override PreparedPart? Again(int number) => new(number, Replay(number), new PartProof(ProofKind.Prefix, [], null), null);

    /// <summary>A part that was hashed, to be read again.</summary>
    public ReplayPartBody Replay(int number) =>
        new(Source, number, Plan.OffsetOf(number), Plan.LengthOf(number), _fingerprints[number - 1], _readBuffer);

    /// <summary>Hashes the rest of a part of which <paramref name="done"/> bytes were hashed.</summary>
    public ValueTask HashRestAsync(HashingPartBody part, int number, long done, CancellationToken cancellationToken) =>
        ReadRestAsync(number, done, new Rest(part), cancellationToken);

    /// <summary>A part was hashed to its end: what proves it.</summary>
    public PartProof Pass(int number, UInt128? fingerprint)
    {
        _fingerprints[number - 1] = fingerprint;
        Passed();
        return Proof();
    }

    protected override async ValueTask SkimAsync(int number, CancellationToken cancellationToken)
    {
        await FinishLastAsync(cancellationToken).ConfigureAwait(false);
        var hash = Source.CanChange ? new PartFingerprint() : null;
        await ReadPartAsync(number, new Fingerprint(hash), cancellationToken).ConfigureAwait(false);
        _fingerprints[number - 1] = hash?.Complete();
    }

    /// <summary>The running hash is at the next part only when the part given out last was hashed to its end.</summary>
    private async ValueTask FinishLastAsync(CancellationToken cancellationToken)
    {
        if (_last is { } last)
        {
            await last.HashRestAsync(cancellationToken).ConfigureAwait(false);
            _last = null;
        }
    }

    private readonly struct Fingerprint(PartFingerprint? hash) : IPieceSink
    {
        public ValueTask<Memory<byte>> BorrowAsync() => default;

        public void Return(int read) => throw new InvalidOperationException("Nothing was lent.");

        public ValueTask TakeAsync(long offset, ReadOnlyMemory<byte> piece)
        {
            hash?.Append(piece.Span);
            return ValueTask.CompletedTask;
        }
    }

    private readonly struct Rest(HashingPartBody part) : IPieceSink
    {
        public ValueTask<Memory<byte>> BorrowAsync() => default;

        public void Return(int read) => throw new InvalidOperationException("Nothing was lent.");

        public ValueTask TakeAsync(long offset, ReadOnlyMemory<byte> piece)
        {
            part.Take(piece.Span);
            return ValueTask.CompletedTask;
        }
    }
}
