using Spectre.Console;

namespace Sluice.Cli.Output;

/// <summary>
/// The lines below each other, in Spectre's markup, none wider than the terminal: per upload under way a bar, under it what is
/// waited for; at the end how many files are left.
/// </summary>
internal static class BarsLayout
{
    private const int BarWidth = 24;

    public static IReadOnlyList<string> Lines(IReadOnlyList<WatchedUpload> uploads, int columns, int rows)
    {
        List<string> lines = [];
        var over = 0;
        var hidden = 0;
        foreach (var upload in uploads)
        {
            if (upload.IsOver)
            {
                over++;
                continue;
            }

            var row = upload.Read();
            if (row.IsQueued && uploads.Count > 1 || lines.Count + 3 > rows)
            {
                hidden++;
                continue;
            }

            lines.Add(Bar(row, columns));
            lines.Add(row.Sentence is null ? "" : $"  [grey]{Cut(row.Sentence, columns - 2)}[/]");
        }

        if (uploads.Count > 1)
        {
            lines.Add($"[grey]{Cut(hidden == 0 ? $"{over} of {uploads.Count} files over" : $"{over} of {uploads.Count} files over, {hidden} waiting", columns)}[/]");
        }

        return lines;
    }

    /// <summary>name, bar, percent, amount, speed, time left, retries: what does not fit is left out from the right, the name is cut first.</summary>
    internal static string Bar(ProgressRow row, int columns)
    {
        List<string> facts = [row.Share is { } share ? $"{Quantity.Percent(share),5}" : "     "];
        Add(row.Amount);
        Add(row.Speed);
        Add(row.Left is null ? null : $"{row.Left} left");
        Add(row.Retries > 0 ? ProgressRow.Retried(row.Retries) : null);
        Add(row.Generation > 1 ? $"try {row.Generation}" : null);

        const int LeastName = 8;
        var name = Math.Clamp(row.Name.Length, LeastName, 32);
        while (facts.Count > 1 && Width(facts) + BarWidth + LeastName + 2 > columns)
        {
            facts.RemoveAt(facts.Count - 1);
        }

        name = Math.Clamp(columns - Width(facts) - BarWidth - 2, LeastName, name);
        var filled = (int)Math.Floor((row.Share ?? 0) * BarWidth);
        var shown = Plain.Shorten(row.Name, name).PadRight(name);
        return $"{Markup.Escape(shown)} [green]{new string('━', filled)}[/][grey]{new string('━', BarWidth - filled)}[/] {Markup.Escape(string.Join("  ", facts))}";

        void Add(string? fact)
        {
            if (!string.IsNullOrEmpty(fact))
            {
                facts.Add(fact);
            }
        }
    }

    private static int Width(List<string> facts) => facts.Sum(f => f.Length + 2);

    private static string Cut(string text, int width) => Markup.Escape(text.Length <= width ? text : text[..Math.Max(0, width - 1)] + "…");
}
