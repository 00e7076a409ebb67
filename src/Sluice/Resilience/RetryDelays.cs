namespace Sluice.Resilience;

/// <summary>The delays between attempts: exponential, with a ceiling and jitter. Pure but for the injected chance.</summary>
internal sealed class RetryDelays(RetryOptions options, Random random)
{
    private readonly Lock _lock = new();

    /// <summary>The delay after a failed attempt, counted from 1.</summary>
    public TimeSpan After(int attempt)
    {
        var plain = options.InitialDelay.TotalSeconds * Math.Pow(options.ExponentialBase, Math.Min(attempt - 1, 62));
        var capped = Math.Min(plain, options.MaxDelay.TotalSeconds);
        double chance;
        lock (_lock)
        {
            chance = random.NextDouble();
        }

        var jitter = 1 + (((chance * 2) - 1) * options.JitterPercent / 100.0);
        return TimeSpan.FromMilliseconds(Math.Ceiling(capped * jitter * 1000));
    }
}
