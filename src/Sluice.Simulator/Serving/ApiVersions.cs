namespace Sluice.Simulator.Serving;

/// <summary>The versions that Notion lists, and what tells them apart here.</summary>
internal static class ApiVersions
{
    private static readonly string[] All = ["2021-05-13", "2021-08-16", "2022-02-22", "2022-06-28", "2025-09-03", "2026-03-11"];

    /// <summary>Why a version is refused; null: it is one of Notion's.</summary>
    public static SimulatorAnswer? Refuse(string version) => version.Length == 0
        ? SimulatorAnswer.Error(400, "missing_version", "Notion-Version header failed validation: Notion-Version header should be defined, instead was `undefined`.")
        : All.Contains(version) ? null
        : SimulatorAnswer.Invalid($"Notion-Version header failed validation: Notion-Version header should be {string.Join(", ", All.Select(v => $"`\"{v}\"`"))}, instead was `\"{version}\"`.");

    public static bool HasDataSources(string version) => string.CompareOrdinal(version, "2025-09-03") >= 0;

    public static bool IsLatest(string version) => string.CompareOrdinal(version, "2026-03-11") >= 0;
}
