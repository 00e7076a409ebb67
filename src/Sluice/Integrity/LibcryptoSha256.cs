using System.Runtime.InteropServices;

namespace Sluice.Integrity;

/// <summary>
/// SHA-256 by the system's libcrypto, whose running state is 112 plain bytes (struct SHA256_CTX: eight words, a count of
/// bits, a partial block, its fill, the digest's length) that can be copied out and in. The functions are deprecated since
/// OpenSSL 3.0 and still there; where one is missing the platform's own hash takes over.
/// </summary>
internal sealed unsafe class LibcryptoSha256 : RunningSha256
{
    /// <summary>sizeof(SHA256_CTX); checked by the tests against digests that go on from a copied state.</summary>
    public const int StateSize = 112;

    private static readonly LibcryptoFunctions? Functions = LibcryptoFunctions.TryLoad();

    private readonly LibcryptoFunctions _functions;
    private readonly byte[] _context = GC.AllocateArray<byte>(StateSize, pinned: true);

    private LibcryptoSha256(LibcryptoFunctions functions) => _functions = functions;

    private byte* Context => (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_context, 0);

    /// <summary>Begins a pass; null where libcrypto cannot be used.</summary>
    public static LibcryptoSha256? TryCreate()
    {
        if (Functions is not { } functions)
        {
            return null;
        }

        var hash = new LibcryptoSha256(functions);
        Check(functions.Init(hash.Context));
        return hash;
    }

    /// <summary>Goes on from a state; null where libcrypto cannot be used or the state is not one.</summary>
    public static new LibcryptoSha256? TryResume(ReadOnlySpan<byte> state, long length)
    {
        if (state.Length != StateSize || TryCreate() is not { } hash)
        {
            return null;
        }

        state.CopyTo(hash._context);
        hash.Length = length;
        return hash;
    }

    public override void Append(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* data = bytes)
        {
            Check(_functions.Update(Context, data, (nuint)bytes.Length));
        }

        Length += bytes.Length;
    }

    public override PartProof ProofAtBoundary()
    {
        var state = _context.AsSpan().ToArray();
        var digest = new byte[32];
        fixed (byte* d = digest)
        {
            // Final changes the context, so it works on the copy that goes back afterwards.
            Check(_functions.Final(d, Context));
        }

        state.CopyTo(_context, 0);
        return new PartProof(ProofKind.Prefix, digest, Length % BlockSize == 0 ? state : null);
    }

    public override void Dispose() => Array.Clear(_context);

    private static void Check(int result)
    {
        if (result != 1)
        {
            throw new InvalidOperationException("libcrypto refused to hash.");
        }
    }
}
