namespace Sluice.Cli.Output;

/// <summary>Text for a terminal: what came from a file's name or from Notion must not move the cursor or break the line.</summary>
internal static class Plain
{
    public static string Text(string text)
    {
        foreach (var c in text)
        {
            if (IsUnsafe(c))
            {
                return string.Create(text.Length, text, static (span, source) =>
                {
                    for (var i = 0; i < span.Length; i++)
                    {
                        span[i] = IsUnsafe(source[i]) ? '?' : source[i];
                    }
                });
            }
        }

        return text;
    }

    /// <summary>Keeps the end of a long name, which tells files apart better than its beginning.</summary>
    public static string Shorten(string text, int width) =>
        text.Length <= width ? text : width <= 1 ? "…" : "…" + text[^(width - 1)..];

    /// <summary>Control characters, and those that reorder the text around them.</summary>
    public static bool IsUnsafe(char c) => char.IsControl(c) || c is (>= '\u2028' and <= '\u202e') or '\u200e' or '\u200f' or '\u061c' or (>= '\u2066' and <= '\u2069');
}
