using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Sluice.AspNetCore.Tus;

/// <summary>What a client says a body's digest is.</summary>
internal sealed record TusChecksum(HashAlgorithmName Algorithm, byte[] Digest)
{
    public static bool TryParse(string text, [NotNullWhen(true)] out TusChecksum? checksum)
    {
        checksum = null;
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        (HashAlgorithmName Name, int Length)? algorithm = space < 0 ? null : text[..space] switch
        {
            "sha1" => (HashAlgorithmName.SHA1, 20),
            "sha256" => (HashAlgorithmName.SHA256, 32),
            _ => null,
        };
        if (algorithm is not var (name, length))
        {
            return false;
        }

        var digest = new byte[length];
        var base64 = text.AsSpan(space + 1);
        if (base64.Length != (length + 2) / 3 * 4 || !Convert.TryFromBase64Chars(base64, digest, out var written) || written != length)
        {
            return false;
        }

        checksum = new(name, digest);
        return true;
    }
}
