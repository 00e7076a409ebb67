namespace Sluice.Bench.Budget;

/// <summary>
/// Says that a benchmark does the same as another and <paramref name="chunks"/> chunks more: what it allocates beyond the
/// other, divided by them, is what one chunk allocates.
/// </summary>
/// <param name="smaller">The other benchmark's name.</param>
/// <param name="chunks">How many chunks of 64 KiB more.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PerChunkAttribute(string smaller, int chunks) : Attribute
{
    public string Smaller => smaller;

    public int Chunks => chunks;
}
