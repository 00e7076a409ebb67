namespace Sluice.Pressure;

/// <summary>Reads what the process uses and what it may use. Cheap enough for once a second.</summary>
internal interface IPressureReader : IDisposable
{
    /// <summary>What the control groups leave the process.</summary>
    MachineLimits Limits { get; }

    /// <summary>Cores the process may use: the quota, else the machine's.</summary>
    double Cpus { get; }

    /// <summary>What it uses now.</summary>
    PressureReading Read();
}
