namespace Sluice.Checkpoints;

/// <summary>What became of a fenced write.</summary>
internal enum StoreOutcome
{
    /// <summary>Durable.</summary>
    Written,

    /// <summary>Refused: the lease's fence, or the generation, is not the current one. The writer must stop.</summary>
    Stale,

    /// <summary>There is no such record.</summary>
    Missing,
}
