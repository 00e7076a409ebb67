namespace Sluice.Notion;

/// <summary>Notion's limits as one value, so that tests can run the whole engine at a small scale. Sources: docs/notion.md.</summary>
internal sealed record NotionLimits
{
    /// <summary>The limits of the real service.</summary>
    public static NotionLimits Default { get; } = new();

    /// <summary>The smallest part that is not the last, in bytes.</summary>
    public long MinPartSize { get; init; } = 5L << 20;

    /// <summary>The largest part, and the largest single send, in bytes.</summary>
    public long MaxPartSize { get; init; } = 20L << 20;

    /// <summary>Parts are cut at multiples of this many bytes; itself a multiple of SHA-256's 64-byte block.</summary>
    public long PartSizeUnit { get; init; } = 64L << 10;

    /// <summary>The most parts of one upload.</summary>
    public int MaxParts { get; init; } = 1000;

    /// <summary>The largest file on a paid plan, in bytes.</summary>
    public long MaxFileSize { get; init; } = 5L << 30;

    /// <summary>The largest file on a free plan, in bytes; a workspace limit at or below it means single-part sends only.</summary>
    public long FreePlanLimit { get; init; } = 5L << 20;

    /// <summary>The longest file name, in UTF-8 bytes.</summary>
    public int MaxNameBytes { get; init; } = 900;

    /// <summary>How long an upload lives from its creation unless it is complete and attached.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>How much of <see cref="Lifetime"/> is used at most: calls after it are not made.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(59);

    /// <summary>How much of <see cref="Lifetime"/> planning may spend.</summary>
    public TimeSpan Planning { get; init; } = TimeSpan.FromMinutes(50);

    /// <summary>Notion's own limit on one request.</summary>
    public TimeSpan RequestLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The length of the sliding window a request budget is counted in: Notion's fixed minute, at every phase, with half a second for clocks and the network.</summary>
    public TimeSpan BudgetWindow { get; init; } = TimeSpan.FromSeconds(60.5);
}
