using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;

namespace Sluice.Tests.Resilience;

/// <summary>
/// Virtual time for code that hops over the thread pool: what a timer wakes runs inline, what a completion source wakes runs
/// soon. So time is moved in small steps with room for others in between, and what must happen is waited for, never slept for.
/// </summary>
internal static class Virtual
{
    private const int LateSteps = 40;

    /// <summary>No machine is so slow: what has not happened by then never will.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Queued = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Lingering = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits for what other threads are about to do, at the same virtual time.</summary>
    public static async Task Until(Func<bool> condition, string what)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                throw new TimeoutException($"It did not come to this: {what}.");
            }

            await Task.Yield();
        }
    }

    /// <summary>Lets everything run that can run at this virtual time: many turns of the pool, and more while something is queued there.</summary>
    public static async Task Settle()
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < 50 || (ThreadPool.PendingWorkItemCount > 0 && Stopwatch.GetElapsedTime(start) < Queued); i++)
        {
            await Task.Yield();
        }

        // Where other processes want the processor too, a thread of ours may have been put aside in the middle of its work.
        Thread.Yield();
        await Task.Yield();
    }

    private static async Task Linger(Func<bool> condition)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition() && Stopwatch.GetElapsedTime(start) < Lingering)
        {
            await Task.Yield();
        }
    }

    /// <summary>Moves time on in steps.</summary>
    public static async Task Pass(this FakeTimeProvider time, TimeSpan span, TimeSpan? step = null)
    {
        var left = span;
        await Settle();
        while (left > TimeSpan.Zero)
        {
            var next = step ?? TimeSpan.FromSeconds(1);
            next = next < left ? next : left;
            time.Advance(next);
            left -= next;
            await Settle();
        }
    }

    /// <summary>Moves time on in steps until something holds; how long that took. Fails where it takes longer than <paramref name="most"/>.</summary>
    public static async Task<TimeSpan> PassUntil(this FakeTimeProvider time, Func<bool> condition, TimeSpan most, TimeSpan step)
    {
        var passed = TimeSpan.Zero;
        var late = 0;
        await Settle();
        while (!condition())
        {
            if (passed > most)
            {
                // On a loaded machine the thread that was woken may not have run yet: the last steps are slow ones.
                await Linger(condition);
                if (condition())
                {
                    break;
                }

                if (++late > LateSteps)
                {
                    throw new TimeoutException($"It did not come to this within {most} of virtual time.");
                }
            }

            time.Advance(step);
            passed += step;
            await Settle();
        }

        return passed;
    }
}
