namespace Sluice.Pressure;

/// <summary>What the CPU's share means for senders.</summary>
internal enum CpuStep
{
    /// <summary>Below the middle mark: the adaptive limit is on its own.</summary>
    Free,

    /// <summary>Above the middle mark: no growth.</summary>
    Hold,

    /// <summary>Above the scale-down mark: one less.</summary>
    Down,

    /// <summary>Above the high mark: the minimum.</summary>
    Minimum,
}
