namespace Sluice.Diagnostics;

/// <summary>The dashboard's rates and averages, made of the sums; null where there is nothing to divide by. docs/metrics.md defines each. Pure; DashboardNumbersTests.</summary>
internal readonly record struct DashboardNumbers
{
    /// <summary>Attempts that a time limit ended, percent of all.</summary>
    public double? TimeoutPercent { get; private init; }

    /// <summary>Calls made again, percent of all attempts.</summary>
    public double? RetryPercent { get; private init; }

    /// <summary>Resumed uploads that ended done, percent.</summary>
    public double? ResumeSuccessPercent { get; private init; }

    /// <summary>From an interruption to the next acknowledged part, seconds.</summary>
    public double? RecoverySeconds { get; private init; }

    /// <summary>From the first byte at Notion to done, scaled to 100 MB, seconds.</summary>
    public double? SecondsPer100Mb { get; private init; }

    /// <summary>From ready to acknowledged, seconds.</summary>
    public double? PartSeconds { get; private init; }

    /// <summary>Divides.</summary>
    public static DashboardNumbers Of(MeterTotals totals) => new()
    {
        TimeoutPercent = Percent(totals[MeterTotal.Timeouts], totals[MeterTotal.Attempts]),
        RetryPercent = Percent(totals[MeterTotal.Retries], totals[MeterTotal.Attempts]),
        ResumeSuccessPercent = Percent(totals[MeterTotal.ResumesDone], totals[MeterTotal.Resumes]),
        RecoverySeconds = Average(totals[MeterTotal.RecoveryMicroseconds], totals[MeterTotal.Recoveries]),
        SecondsPer100Mb = Average(totals[MeterTotal.RateMicroseconds], totals[MeterTotal.Rates]),
        PartSeconds = Average(totals[MeterTotal.PartMicroseconds], totals[MeterTotal.Parts]),
    };

    private static double? Percent(long part, long whole) => whole == 0 ? null : 100.0 * part / whole;

    private static double? Average(long microseconds, long count) => count == 0 ? null : microseconds / 1e6 / count;
}
