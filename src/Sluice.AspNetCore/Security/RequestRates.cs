using System.Threading.RateLimiting;

namespace Sluice.AspNetCore.Security;

/// <summary>
/// Requests a minute, by owner. System.Threading.RateLimiting itself and not ASP.NET's middleware: who the owner is, is known only
/// after the key was looked at, and the refusal has to be one that upload clients survive (503: tus clients give up at a 429).
/// </summary>
internal sealed class RequestRates(int perMinute) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(owner =>
        RateLimitPartition.GetSlidingWindowLimiter(owner, _ => new SlidingWindowRateLimiterOptions { PermitLimit = perMinute, Window = TimeSpan.FromMinutes(1), SegmentsPerWindow = 6, QueueLimit = 0 }));

    /// <summary>Counts a request; false: there were too many.</summary>
    public bool TryCount(string owner)
    {
        using var lease = _limiter.AttemptAcquire(owner);
        return lease.IsAcquired;
    }

    public void Dispose() => _limiter.Dispose();
}
