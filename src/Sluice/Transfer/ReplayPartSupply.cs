using Sluice.Integrity;
using Sluice.Parts;

namespace Sluice.Transfer;

/// <summary>Parts of a source that can be read again: hashed now, read again through one page when they are sent. Needs no memory but pages.</summary>
internal sealed class ReplayPartSupply(IByteSource source, PartPlan plan, int readBuffer, bool hashing) : PartSupply(source, plan, readBuffer, hashing)
{
    private readonly int _readBuffer = readBuffer;
    private readonly UInt128[] _fingerprints = new UInt128[plan.Count];

    public override async ValueTask<PreparedPart> PrepareAsync(int number, CancellationToken cancellationToken)
    {
        await SkimAsync(number, cancellationToken).ConfigureAwait(false);
        return new PreparedPart(number, Body(number), Proof(), null);
    }

    public override PreparedPart? Again(int number) => new(number, Body(number), new PartProof(ProofKind.Prefix, [], null), null);

    protected override async ValueTask SkimAsync(int number, CancellationToken cancellationToken)
    {
        var hash = Source.CanChange ? new PartFingerprint() : null;
        await ReadPartAsync(number, new Fingerprint(hash), cancellationToken).ConfigureAwait(false);
        _fingerprints[number - 1] = hash?.Complete() ?? default;
    }

    private ReplayPartBody Body(int number) =>
        new(Source, number, Plan.OffsetOf(number), Plan.LengthOf(number), Source.CanChange ? _fingerprints[number - 1] : null, _readBuffer);

    private readonly struct Fingerprint(PartFingerprint? hash) : IPieceSink
    {
        public void Take(ReadOnlySpan<byte> piece) => hash?.Append(piece);
    }
}
