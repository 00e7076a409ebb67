using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Sluice.Integrity;

/// <summary>
/// The three functions of libcrypto, found by name at run time so that a system without them still works. They count as
/// found only after a digest was begun with them, copied out, copied in and ended, and came out right.
/// </summary>
internal sealed unsafe class LibcryptoFunctions
{
    /// <summary>sizeof(SHA256_CTX): eight words, a count of bits, a partial block, its fill, the digest's length.</summary>
    public const int ContextSize = 112;

    private static readonly string[] Libraries = ["libcrypto.so.3", "libcrypto.so.1.1"];

    private readonly delegate* unmanaged<byte*, int> _init;
    private readonly delegate* unmanaged<byte*, byte*, nuint, int> _update;
    private readonly delegate* unmanaged<byte*, byte*, int> _final;

    private LibcryptoFunctions(nint init, nint update, nint final)
    {
        _init = (delegate* unmanaged<byte*, int>)init;
        _update = (delegate* unmanaged<byte*, byte*, nuint, int>)update;
        _final = (delegate* unmanaged<byte*, byte*, int>)final;
    }

    /// <summary>The functions, or null where the system has none that can be trusted.</summary>
    public static LibcryptoFunctions? TryLoad()
    {
        // 112 bytes is the layout of 64-bit little-endian builds, the only ones that were tried.
        if (!OperatingSystem.IsLinux() || !BitConverter.IsLittleEndian || sizeof(nint) != 8)
        {
            return null;
        }

        foreach (var name in Libraries)
        {
            if (NativeLibrary.TryLoad(name, out var library)
                && NativeLibrary.TryGetExport(library, "SHA256_Init", out var init)
                && NativeLibrary.TryGetExport(library, "SHA256_Update", out var update)
                && NativeLibrary.TryGetExport(library, "SHA256_Final", out var final))
            {
                var functions = new LibcryptoFunctions(init, update, final);
                if (functions.IsTrustworthy())
                {
                    return functions;
                }
            }
        }

        return null;
    }

    /// <summary>Begins a digest in <see cref="ContextSize"/> bytes.</summary>
    public void Init(byte* context) => Check(_init(context));

    /// <summary>Takes bytes.</summary>
    public void Update(byte* context, byte* data, nuint length) => Check(_update(context, data, length));

    /// <summary>Writes the digest's 32 bytes; the context is spent afterwards.</summary>
    public void Final(byte* digest, byte* context) => Check(_final(digest, context));

    private static void Check(int result)
    {
        if (result != 1)
        {
            throw new CryptographicException("libcrypto refused to hash.");
        }
    }

    private bool IsTrustworthy()
    {
        // A context twice as large as ours: a library whose struct is larger writes behind it and is found out here.
        const byte Untouched = 0xA5;
        const int Split = 77;
        var first = stackalloc byte[2 * ContextSize];
        var second = stackalloc byte[2 * ContextSize];
        var digest = stackalloc byte[SHA256.HashSizeInBytes];
        var text = stackalloc byte[200];
        new Span<byte>(first, 2 * ContextSize).Fill(Untouched);
        new Span<byte>(second, 2 * ContextSize).Fill(Untouched);
        for (var i = 0; i < 200; i++)
        {
            text[i] = (byte)i;
        }

        _ = _init(first);
        _ = _update(first, text, Split);
        new Span<byte>(first, ContextSize).CopyTo(new Span<byte>(second, ContextSize));
        _ = _update(second, text + Split, 200 - Split);
        _ = _final(digest, second);
        return new Span<byte>(digest, SHA256.HashSizeInBytes).SequenceEqual(SHA256.HashData(new Span<byte>(text, 200)))
            && !new Span<byte>(first + ContextSize, ContextSize).ContainsAnyExcept(Untouched)
            && !new Span<byte>(second + ContextSize, ContextSize).ContainsAnyExcept(Untouched);
    }
}
