using Sluice.Integrity;

namespace Sluice.Checkpoints;

/// <summary>One acknowledged part of one generation.</summary>
internal sealed record PartRow(int Generation, int Number, long Length, PartProof Proof)
{
    /// <summary>Throws where a row is not of the generation it is written for: a bug of the caller, never an outcome.</summary>
    public static void MustBeOf(IReadOnlyList<PartRow> rows, int generation)
    {
        foreach (var row in rows)
        {
            if (row.Generation != generation)
            {
                throw new ArgumentException($"Part {row.Number} is of generation {row.Generation}, not {generation}.", nameof(rows));
            }
        }
    }
}
