namespace Sluice.Integrity;

/// <summary>
/// What proves a part's bytes. In order (the rule): the SHA-256 of the file from its start to this part's end, and the
/// running state there, which costs no second pass. Out of order: the SHA-256 of the part alone.
/// </summary>
/// <param name="Kind">What <paramref name="Digest"/> covers.</param>
/// <param name="Digest">32 bytes.</param>
/// <param name="State">The exported running state (112 bytes), or null where the platform's hash cannot be exported or the part was hashed alone.</param>
internal sealed record PartProof(ProofKind Kind, byte[] Digest, byte[]? State);
