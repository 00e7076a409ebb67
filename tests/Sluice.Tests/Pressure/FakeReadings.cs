using Sluice.Pressure;

namespace Sluice.Tests.Pressure;

/// <summary>Readings that a test sets.</summary>
internal sealed class FakeReadings : IPressureReader
{
    public MachineLimits Limits { get; set; } = new(512L << 20, 0.2);

    public double Cpus => Limits.Cpus ?? 1;

    public PressureReading Now { get; set; } = new(30L << 20, 30L << 20, TimeSpan.Zero, TimeSpan.Zero, null);

    public int Reads { get; private set; }

    public bool Closed { get; private set; }

    public PressureReading Read()
    {
        Reads++;
        return Now;
    }

    public void Rss(double mebibytes) => Now = Now with { RssBytes = (long)(mebibytes * (1 << 20)), PeakRssBytes = Math.Max(Now.PeakRssBytes, (long)(mebibytes * (1 << 20))) };

    public void Dispose() => Closed = true;
}
