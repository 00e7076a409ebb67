using System.Security.Cryptography;

namespace Sluice.Integrity;

/// <summary>
/// One pass of SHA-256 over a file that can say at any boundary what it has seen so far and go on. Where the system's
/// libcrypto is there its state can also be saved and gone on with in another process; elsewhere it cannot, and a digest
/// that would need it is unknown, never guessed. Not thread-safe.
/// </summary>
internal abstract class RunningSha256 : IDisposable
{
    /// <summary>SHA-256 works on blocks of so many bytes; a state is saved at a multiple of it.</summary>
    public const int BlockSize = 64;

    /// <summary>Bytes seen so far.</summary>
    public long Length { get; protected set; }

    /// <summary>True where <see cref="PartProof.State"/> can be had.</summary>
    public abstract bool CanExport { get; }

    /// <summary>Begins a new pass with the best implementation there is.</summary>
    public static RunningSha256 Create() => LibcryptoSha256.TryCreate() ?? (RunningSha256)new IncrementalSha256();

    /// <summary>Goes on from a saved state; null where this platform cannot, or where the state does not stand for that many bytes.</summary>
    /// <param name="state">From <see cref="PartProof.State"/>.</param>
    /// <param name="length">How many bytes it stands for, a multiple of <see cref="BlockSize"/>.</param>
    public static RunningSha256? TryResume(ReadOnlySpan<byte> state, long length) => LibcryptoSha256.TryResume(state, length);

    /// <summary>What proves a part that arrived out of order: its own digest, and no state.</summary>
    public static PartProof ProofAlone(ReadOnlySpan<byte> part) => new(ProofKind.Alone, SHA256.HashData(part), null);

    /// <summary>Takes the next bytes.</summary>
    public abstract void Append(ReadOnlySpan<byte> bytes);

    /// <summary>
    /// What proves everything seen so far; hashing goes on afterwards. The state is there only at a multiple of
    /// <see cref="BlockSize"/>, so that no piece of the file gets into a record.
    /// </summary>
    public abstract PartProof ProofAtBoundary();

    /// <summary>The digest of everything seen so far; hashing goes on afterwards.</summary>
    public byte[] Digest() => ProofAtBoundary().Digest;

    /// <inheritdoc />
    public abstract void Dispose();
}
