using System.Security.Cryptography;
using System.Text;

namespace Sluice.AspNetCore.Security;

/// <summary>The keys that sign links and sessions: both from Security:LinkKey where it is set, else of this process alone.</summary>
internal sealed class SigningKeys
{
    private readonly byte[] _link;
    private readonly byte[] _session;

    public SigningKeys(string? linkKey)
    {
        var root = linkKey is null ? RandomNumberGenerator.GetBytes(32) : Encoding.UTF8.GetBytes(linkKey);
        _link = HMACSHA256.HashData(root, "sluice link 1"u8);
        _session = HMACSHA256.HashData(root, "sluice session 1"u8);
    }

    public string SignLink(string text) => Sign(_link, text);

    public string SignSession(string text) => Sign(_session, text);

    /// <summary>Compares two signatures in a time that does not depend on where they differ.</summary>
    public static bool Same(string one, string other) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));

    private static string Sign(byte[] key, string text) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
}
