using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Sluice.Notion;

/// <summary>Makes text that came from outside fit to be shown and logged: one line, bounded, no secrets.</summary>
internal static partial class NotionErrorText
{
    private const int MaxLength = 300;
    private const int MaxId = 64;

    /// <summary>Cleans a message. Tokens are taken out, whoever's they are, and so is the signed part of any address.</summary>
    public static string Clean(string text, NotionToken? token = null)
    {
        var bounded = text.Length > 8 * MaxLength ? text[..(8 * MaxLength)] : text;
        var hidden = token?.Redact(bounded) ?? bounded;
        hidden = Tokens().Replace(hidden, "[token]");
        hidden = Queries().Replace(hidden, "${address}?[...]");

        var line = new StringBuilder(Math.Min(hidden.Length, MaxLength));
        foreach (var rune in hidden.EnumerateRunes())
        {
            if (line.Length >= MaxLength)
            {
                return line.Append('…').ToString();
            }

            var blank = Rune.IsWhiteSpace(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse;
            if (!blank)
            {
                line.Append(rune);
            }
            else if (line.Length > 0 && line[^1] != ' ')
            {
                line.Append(' ');
            }
        }

        return line.ToString().TrimEnd();
    }

    /// <summary>An id or code as a server gave it; null where it is none.</summary>
    public static string? Id(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > MaxId)
        {
            return null;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
            {
                return null;
            }
        }

        return text;
    }

    [GeneratedRegex(@"\b(?:ntn|secret)_[A-Za-z0-9_-]{6,}|(?<=[Bb]earer )\S+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tokens();

    [GeneratedRegex(@"(?<address>https?://[^\s?""'<>]+)\?[^\s""'<>]*", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Queries();
}
