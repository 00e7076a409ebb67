namespace Sluice.EndToEnd.Pages;

/// <summary>
/// A part of a page of docs/ that is written from the code: between <c>&lt;!-- begin NAME --&gt;</c> and <c>&lt;!-- end NAME --&gt;</c>.
/// With SLUICE_WRITE_PAGES=1 the tests write it anew; otherwise they compare.
/// </summary>
internal static class GeneratedPart
{
    public static string Page(string name) => Path.Combine(Root(), "docs", name);

    public static async Task IsAsync(string page, string part, IEnumerable<string> lines)
    {
        var path = Page(page);
        var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        var begin = $"<!-- begin {part} -->\n";
        var from = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var to = text.IndexOf($"<!-- end {part} -->", StringComparison.Ordinal);
        Assert.True(from >= begin.Length && to >= from, $"docs/{page} has no part between '<!-- begin {part} -->' and '<!-- end {part} -->'.");
        var expected = string.Concat(lines.Select(l => l + "\n"));
        if (Environment.GetEnvironmentVariable("SLUICE_WRITE_PAGES") == "1")
        {
            await File.WriteAllTextAsync(path, text[..from] + expected + text[to..], TestContext.Current.CancellationToken);
            return;
        }

        Assert.True(text[from..to] == expected, $"docs/{page}, part {part}, is not what the code says; SLUICE_WRITE_PAGES=1 writes it anew. It should be:\n{expected}");
    }

    /// <summary>Text for a cell of a table.</summary>
    public static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);

    private static string Root()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Sluice.slnx")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException("The tests run outside of the repository, whose docs/ they check.");
    }
}
