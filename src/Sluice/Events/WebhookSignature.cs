using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sluice.Events;

/// <summary>
/// The signature of Standard Webhooks (https://www.standardwebhooks.com, specification, "Verifying webhook authenticity"):
/// HMAC-SHA256 over <c>id.timestamp.body</c>, in base64 after <c>v1,</c>.
/// </summary>
internal static class WebhookSignature
{
    private const string Prefix = "whsec_";

    /// <summary>The key of a secret: what follows <c>whsec_</c> is base64, any other text stands for its bytes. Null where <c>whsec_</c> is followed by something else.</summary>
    public static byte[]? Key(string secret)
    {
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return Encoding.UTF8.GetBytes(secret);
        }

        var key = new byte[secret.Length];
        return Convert.TryFromBase64String(secret[Prefix.Length..], key, out var length) && length > 0 ? key[..length] : null;
    }

    /// <summary>The value of <c>webhook-signature</c>.</summary>
    public static string Of(byte[] key, string id, long timestamp, string body) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.{body}"))));
}
