namespace Sluice.Diagnostics;

/// <summary>How uploads of a day ended, by their records, so that a restart changes nothing.</summary>
/// <param name="Done">Stored at Notion.</param>
/// <param name="Lost">Failed or expired.</param>
internal sealed record SuccessTally(int Done, int Lost)
{
    /// <summary>How many there are.</summary>
    public int Count => Done + Lost;

    /// <summary>The share that ended done; null without a record.</summary>
    public double? Ratio => Count == 0 ? null : (double)Done / Count;
}
