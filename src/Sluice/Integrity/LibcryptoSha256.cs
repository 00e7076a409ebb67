using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Sluice.Integrity;

/// <summary>
/// SHA-256 by the system's libcrypto, whose running state is plain bytes that can be copied out and in. The functions are
/// deprecated since OpenSSL 3.0 and still there; where one is missing the platform's own hash takes over.
/// </summary>
internal sealed unsafe class LibcryptoSha256 : RunningSha256
{
    /// <summary>The size of an exported state.</summary>
    public const int StateSize = LibcryptoFunctions.ContextSize;

    private const int BitCountOffset = 32;
    private const int PartialBlockOffset = 40;
    private const int FillOffset = 104;
    private const int DigestLengthOffset = 108;

    private static readonly LibcryptoFunctions? Functions = LibcryptoFunctions.TryLoad();

    private readonly LibcryptoFunctions _functions;
    private readonly byte[] _context = GC.AllocateArray<byte>(StateSize, pinned: true);
    private bool _disposed;

    private LibcryptoSha256(LibcryptoFunctions functions) => _functions = functions;

    public override bool CanExport => true;

    private byte* Context => (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_context, 0);

    /// <summary>Begins a pass; null where libcrypto cannot be used.</summary>
    public static LibcryptoSha256? TryCreate()
    {
        if (Functions is not { } functions)
        {
            return null;
        }

        var hash = new LibcryptoSha256(functions);
        functions.Init(hash.Context);
        return hash;
    }

    /// <summary>Goes on from a state; null where libcrypto cannot be used or the state is not one of <paramref name="length"/> bytes.</summary>
    public static new LibcryptoSha256? TryResume(ReadOnlySpan<byte> state, long length)
    {
        if (!IsStateOf(state, length) || TryCreate() is not { } hash)
        {
            return null;
        }

        state.CopyTo(hash._context);
        hash.Length = length;
        return hash;
    }

    public override void Append(ReadOnlySpan<byte> bytes)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        fixed (byte* data = bytes)
        {
            _functions.Update(Context, data, (nuint)bytes.Length);
        }

        Length += bytes.Length;
    }

    public override PartProof ProofAtBoundary()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);

        // Final spends its context, so it works on a copy.
        var copy = stackalloc byte[StateSize];
        _context.CopyTo(new Span<byte>(copy, StateSize));
        var digest = new byte[SHA256.HashSizeInBytes];
        fixed (byte* d = digest)
        {
            _functions.Final(d, copy);
        }

        return new PartProof(ProofKind.Prefix, digest, Length % BlockSize == 0 ? [.. _context] : null);
    }

    public override void Dispose()
    {
        // The partial block is up to 63 bytes of the file.
        Array.Clear(_context);
        _disposed = true;
    }

    /// <summary>
    /// A damaged or foreign state is refused rather than gone on with: it has to count exactly the bytes it is said to stand
    /// for, end on a block, hold no piece of one, and be of SHA-256 (SHA-224 shares the struct).
    /// </summary>
    private static bool IsStateOf(ReadOnlySpan<byte> state, long length) =>
        state.Length == StateSize
        && length >= 0
        && length % BlockSize == 0
        && BinaryPrimitives.ReadUInt64LittleEndian(state[BitCountOffset..]) == (ulong)length * 8
        && !state[PartialBlockOffset..FillOffset].ContainsAnyExcept((byte)0)
        && BinaryPrimitives.ReadInt32LittleEndian(state[FillOffset..]) == 0
        && BinaryPrimitives.ReadInt32LittleEndian(state[DigestLengthOffset..]) == SHA256.HashSizeInBytes;
}
