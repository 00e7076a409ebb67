using System.Collections.Concurrent;
using System.Threading.RateLimiting;

namespace Sluice.AspNetCore.Security;

/// <summary>
/// Requests a minute, by owner. System.Threading.RateLimiting itself and not ASP.NET's middleware: who the owner is, is known only
/// after the key was looked at, and the refusal has to be one that upload clients survive (503: tus clients give up at a 429).
/// Buckets are refilled when somebody asks: a limiter that refills itself wakes an idle process ten times a second.
/// </summary>
internal sealed class RequestRates(int perMinute) : IDisposable
{
    /// <summary>Beyond so many owners those that asked for nothing lately are forgotten.</summary>
    private const int MaxOwners = 10_000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, TokenBucketRateLimiter> _owners = new(StringComparer.Ordinal);

    /// <summary>Counts a request; false: there were too many.</summary>
    public bool TryCount(string owner)
    {
        if (_owners.Count >= MaxOwners)
        {
            ForgetIdle();
        }

        var bucket = _owners.GetOrAdd(owner, static (_, limit) => NewBucket(limit), perMinute);
        bucket.TryReplenish();
        using var lease = bucket.AttemptAcquire();
        return lease.IsAcquired;
    }

    public void Dispose()
    {
        foreach (var bucket in _owners.Values)
        {
            bucket.Dispose();
        }
    }

    private static TokenBucketRateLimiter NewBucket(int limit) =>
        new(new TokenBucketRateLimiterOptions { TokenLimit = limit, TokensPerPeriod = limit, ReplenishmentPeriod = Window, AutoReplenishment = false, QueueLimit = 0 });

    private void ForgetIdle()
    {
        foreach (var (owner, bucket) in _owners)
        {
            bucket.TryReplenish();
            if (bucket.IdleDuration is not null)
            {
                // Full again: a new one would be the same.
                _owners.TryRemove(owner, out _);
            }
        }
    }
}
