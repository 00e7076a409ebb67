using System.Globalization;
using System.Text;
using Sluice.Errors;

namespace Sluice.Notion;

/// <summary>What a file may be called in Notion. Nothing is shortened: a name that is too long is an error of its own.</summary>
internal static class NotionName
{
    /// <summary>Replaces what no name should hold: control characters, direction marks, path separators, broken UTF-16. Blanks around it go.</summary>
    public static string Clean(string name)
    {
        var clean = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            var bad = rune.Value is '/' or '\\' || rune == Rune.ReplacementChar
                || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                || IsDirectionMark(rune.Value);
            if (bad)
            {
                clean.Append('_');
            }
            else
            {
                clean.Append(rune);
            }
        }

        return clean.ToString().Trim();
    }

    /// <summary>The extension in lower case without its dot; empty where there is none.</summary>
    public static string Extension(string name)
    {
        var dot = name.LastIndexOf('.');
        return dot < 0 ? "" : name[(dot + 1)..].ToLowerInvariant();
    }

    /// <summary>Why the finished name cannot be used; null where it can.</summary>
    public static SluiceError? Problem(string name, NotionLimits limits)
    {
        var bytes = Encoding.UTF8.GetByteCount(name);
        return bytes <= limits.MaxNameBytes
            ? null
            : new SluiceError(ErrorCodes.NameTooLong, $"The name has {bytes} bytes in UTF-8 with its extension; Notion takes {limits.MaxNameBytes}. {ErrorCodes.NameTooLong.Advice}");
    }

    /// <summary>Marks that turn the direction of writing: they make an extension look like another.</summary>
    private static bool IsDirectionMark(int value) => value is 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);
}
