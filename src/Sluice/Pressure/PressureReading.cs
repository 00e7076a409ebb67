namespace Sluice.Pressure;

/// <summary>What was read at one moment. Plain values.</summary>
/// <param name="RssBytes">The process's resident memory (VmRSS); 0 where it cannot be read.</param>
/// <param name="PeakRssBytes">The most it ever was (VmHWM).</param>
/// <param name="Cpu">CPU time the process used since it started.</param>
/// <param name="Throttled">How long the kernel held the control group back because its quota was spent, since it was made.</param>
/// <param name="Group">What the control group with the memory limit uses; null where it cannot be read.</param>
internal readonly record struct PressureReading(long RssBytes, long PeakRssBytes, TimeSpan Cpu, TimeSpan Throttled, MemoryUse? Group);
