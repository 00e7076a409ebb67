using System.Security.Cryptography;
using System.Text;
using Sluice.Checkpoints;

namespace Sluice.AspNetCore.Security;

/// <summary>A key as its holder has it: <c>sl_&lt;id&gt;_&lt;secret&gt;</c>, the secret 256 random bits. Only its SHA-256 is stored.</summary>
internal readonly record struct ApiKey(string Id, string Secret)
{
    public const string Prefix = "sl_";

    private const int IdBytes = 8;
    private const int SecretBytes = 32;

    /// <summary>Makes a key. Secrets come from the system's generator, never from an injected one.</summary>
    public static ApiKey Create() => new(RandomNumberGenerator.GetHexString(IdBytes * 2, lowercase: true), RandomNumberGenerator.GetHexString(SecretBytes * 2, lowercase: true));

    /// <summary>Reads a key as a client sends it.</summary>
    public static ApiKey? TryParse(string text)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || text.Length > 200)
        {
            return null;
        }

        var rest = text[Prefix.Length..];
        var separator = rest.IndexOf('_', StringComparison.Ordinal);
        return separator is > 0 and <= 64 && separator < rest.Length - 1 ? new(rest[..separator], rest[(separator + 1)..]) : null;
    }

    /// <summary>What is stored of the secret: SHA-256 of its text in lower-case hex.</summary>
    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Secret)));

    /// <summary>Whether this is the key of a record, in a time that does not depend on where they differ.</summary>
    public bool Fits(KeyRecord record) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Sha256), Encoding.ASCII.GetBytes(record.Sha256.ToLowerInvariant())) && !record.Revoked;

    /// <summary>The record to store.</summary>
    public KeyRecord ToRecord(string owner, IReadOnlyList<string> scopes, DateTimeOffset now) => new(Id, Sha256, owner, scopes, now);

    /// <inheritdoc />
    public override string ToString() => $"{Prefix}{Id}_{Secret}";
}
