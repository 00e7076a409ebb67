namespace Sluice.Pressure;

/// <summary>How large the machine is, as far as defaults go.</summary>
internal enum ProfileKind
{
    /// <summary>At most 1 GiB or at most half a core.</summary>
    Small,

    /// <summary>Anything larger.</summary>
    Standard,
}
