using System.Diagnostics.CodeAnalysis;
using Sluice.Checkpoints;

namespace Sluice.AspNetCore.Security;

/// <summary>Keys from settings, for hosts whose data folder does not outlive the process: <c>id:sha256:owner:scopes</c>.</summary>
internal static class SettingKey
{
    public static bool TryParse(string text, [NotNullWhen(true)] out KeyRecord? key)
    {
        key = null;
        var fields = text.Split(':');
        if (fields is not [{ Length: > 0 and <= 64 } id, { Length: 64 } sha256, var owner, var scopes]
            || !id.All(char.IsAsciiLetterOrDigit) || !sha256.All(char.IsAsciiHexDigit) || !Caller.IsOwnerName(owner))
        {
            return false;
        }

        var names = scopes.Split(['+', ' '], StringSplitOptions.RemoveEmptyEntries);
        if (ScopeText.TryParse(names) is null)
        {
            return false;
        }

        key = new KeyRecord(id, sha256.ToLowerInvariant(), owner, names, DateTimeOffset.UnixEpoch);
        return true;
    }

    /// <summary>The setting of a key.</summary>
    public static string Format(KeyRecord key) => $"{key.Id}:{key.Sha256}:{key.Owner}:{string.Join('+', key.Scopes)}";
}
