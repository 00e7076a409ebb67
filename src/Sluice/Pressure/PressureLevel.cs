namespace Sluice.Pressure;

/// <summary>How full the memory is that nobody planned for.</summary>
internal enum PressureLevel
{
    /// <summary>Below the middle mark: nothing is done.</summary>
    Normal,

    /// <summary>Above the middle mark: new fills get half of the budget.</summary>
    Middle,

    /// <summary>Above the high mark: new fills go one at a time.</summary>
    High,
}
