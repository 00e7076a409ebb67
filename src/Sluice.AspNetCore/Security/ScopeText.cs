namespace Sluice.AspNetCore.Security;

/// <summary>Scopes as keys and settings spell them.</summary>
internal static class ScopeText
{
    /// <summary>Reads scope names; null where one is unknown or there is none.</summary>
    public static Scopes? TryParse(IEnumerable<string> names)
    {
        var scopes = Scopes.None;
        foreach (var name in names)
        {
            Scopes? one = name switch { "upload" => Scopes.Upload, "read" => Scopes.Read, "admin" => Scopes.Admin, _ => null };
            if (one is null)
            {
                return null;
            }

            scopes |= one.Value;
        }

        return scopes == Scopes.None ? null : scopes;
    }

    /// <summary>The names, in a fixed order.</summary>
    public static IEnumerable<string> Names(Scopes scopes)
    {
        if (scopes.HasFlag(Scopes.Upload))
        {
            yield return "upload";
        }

        if (scopes.HasFlag(Scopes.Read))
        {
            yield return "read";
        }

        if (scopes.HasFlag(Scopes.Admin))
        {
            yield return "admin";
        }
    }
}
