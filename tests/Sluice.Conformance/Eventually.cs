using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;

namespace Sluice.Conformance;

/// <summary>
/// Waits for a state that other threads, or the other side of a socket, bring about. What bounds it is real time and plenty of it,
/// never a count of looks: a machine that is busy elsewhere looks often and gets little done.
/// </summary>
internal static class Eventually
{
    /// <summary>No machine is so slow: what has not happened by then never will.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(1);

    public static Task HoldsAsync(Func<bool> condition) => HoldsAsync(() => Task.FromResult(condition()));

    /// <summary>Moves the clock a second at a time until the state is there: timers are made on other threads.</summary>
    public static Task HoldsAsync(Func<bool> condition, FakeTimeProvider time) => HoldsAsync(() =>
    {
        var holds = condition();
        time.Advance(holds ? TimeSpan.Zero : TimeSpan.FromSeconds(1));
        return Task.FromResult(holds);
    });

    public static async Task HoldsAsync(Func<Task<bool>> condition)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                throw new TimeoutException($"It did not come to this within {Patience}.");
            }

            await Task.Delay(Look, TimeProvider.System, CancellationToken.None);
        }
    }
}
