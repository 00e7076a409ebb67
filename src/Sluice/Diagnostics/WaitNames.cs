namespace Sluice.Diagnostics;

/// <summary>How wait reasons are spelled in metrics and JSON: lower case with dashes.</summary>
internal static class WaitNames
{
    private static readonly string[] Names = [.. Enum.GetNames<WaitReason>().Select(Spell)];

    /// <summary>The name; no allocation.</summary>
    public static string Of(WaitReason reason) => Names[(int)reason];

    /// <summary>The spelling of an enumeration's member.</summary>
    public static string Spell(string name) =>
        string.Concat(name.Select(static (letter, at) => char.IsUpper(letter) && at > 0 ? $"-{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));
}
