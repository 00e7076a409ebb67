namespace Sluice.Transfer;

/// <summary>What looking again found out about a call whose answer was not clear.</summary>
internal enum Settlement
{
    /// <summary>It took effect.</summary>
    Took,

    /// <summary>It did not; it may be made again.</summary>
    NotYet,
}
