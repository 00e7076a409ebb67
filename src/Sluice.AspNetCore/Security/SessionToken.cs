using System.Globalization;

namespace Sluice.AspNetCore.Security;

/// <summary>
/// The value of the session cookie: the key's id and a time, signed. It holds no secret of the key, and a session ends with its
/// key. ASP.NET's data protection would need a key ring on a disk that small hosts do not have.
/// </summary>
internal static class SessionToken
{
    public const string CookieName = "sluice_session";

    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    public static string Of(string keyId, DateTimeOffset now, SigningKeys keys)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{keyId}.{(now + Lifetime).ToUnixTimeSeconds()}");
        return $"{text}.{keys.SignSession(text)}";
    }

    /// <summary>The key's id; null where the cookie was not signed here or its time is over.</summary>
    public static string? TryRead(string cookie, DateTimeOffset now, SigningKeys keys)
    {
        var fields = cookie.Length <= 300 ? cookie.Split('.') : [];
        return fields is [var id, var until, var signature]
            && SigningKeys.Same(keys.SignSession($"{id}.{until}"), signature)
            && long.TryParse(until, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > now.ToUnixTimeSeconds()
            ? id
            : null;
    }
}
