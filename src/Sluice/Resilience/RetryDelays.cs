namespace Sluice.Resilience;

/// <summary>The delays between attempts: exponential, with jitter, never above the ceiling. Pure but for the injected chance.</summary>
internal sealed class RetryDelays(RetryOptions options, Random random)
{
    private readonly Lock _lock = new();

    /// <summary>The delay after a failed attempt, counted from 1.</summary>
    public TimeSpan After(int attempt)
    {
        var most = options.MaxDelay.TotalSeconds;
        var plain = Math.Min(options.InitialDelay.TotalSeconds * Math.Pow(options.ExponentialBase, Math.Clamp(attempt - 1, 0, 62)), most);
        double chance;
        lock (_lock)
        {
            chance = random.NextDouble();
        }

        var jitter = 1 + (((chance * 2) - 1) * options.JitterPercent / 100.0);
        return TimeSpan.FromMilliseconds(Math.Ceiling(Math.Min(plain * jitter, most) * 1000));
    }
}
