namespace Sluice.Checkpoints;

/// <summary>What a line of the pace ledger stands for.</summary>
internal enum PaceMarkKind
{
    /// <summary>Requests made at <see cref="PaceMark.At"/>.</summary>
    Used,

    /// <summary>A grant that ran out at <see cref="PaceMark.At"/> before its holder told what became of it.</summary>
    Lapsed,

    /// <summary>A grant that may be used until <see cref="PaceMark.At"/>: it counts as made now.</summary>
    Open,
}
