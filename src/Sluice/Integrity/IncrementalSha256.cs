using System.Security.Cryptography;

namespace Sluice.Integrity;

/// <summary>The platform's own hash: its state cannot leave the process.</summary>
internal sealed class IncrementalSha256 : RunningSha256
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public override bool CanExport => false;

    public override void Append(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        Length += bytes.Length;
    }

    public override PartProof ProofAtBoundary() => new(ProofKind.Prefix, _hash.GetCurrentHash(), null);

    public override void Dispose() => _hash.Dispose();
}
