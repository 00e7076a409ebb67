namespace Sluice.Resilience;

/// <summary>How failed attempts are repeated. Section <c>Retry</c>. Defaults are those of the small profile.</summary>
public sealed class RetryOptions
{
    /// <summary>Attempts of a round, 1 to 100.</summary>
    public int MaxAttempts { get; set; } = 5;

    /// <summary>The first delay.</summary>
    public TimeSpan InitialDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The ceiling of a delay, and the rest between rounds.</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>Each delay is the one before times this, 1 to 10.</summary>
    public double ExponentialBase { get; set; } = 2;

    /// <summary>Each delay is moved by up to this much either way, percent.</summary>
    public int JitterPercent { get; set; } = 25;

    /// <summary>An upload whose attempts failed for so long without a success becomes interrupted.</summary>
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromMinutes(15);
}
