namespace Sluice.Transfer;

/// <summary>Where a part's bytes gather while they arrive.</summary>
internal enum FillPlace
{
    /// <summary>In memory, under a ticket.</summary>
    Memory,

    /// <summary>In the spool, from the first byte.</summary>
    Spool,

    /// <summary>Nowhere yet: as many slow fills as may have them hold tickets.</summary>
    Wait,
}
