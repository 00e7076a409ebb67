namespace Sluice.Conformance.Front;

/// <summary>Waits for a state that the other side of a socket brings about; bounded, and never for a time.</summary>
internal static class Eventually
{
    public static async Task HoldsAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, limit.Token);
        }
    }

    /// <summary>Moves the clock a second at a time until the state is there: timers are made on other threads.</summary>
    public static async Task HoldsAsync(Func<bool> condition, Microsoft.Extensions.Time.Testing.FakeTimeProvider time)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, limit.Token);
        }
    }
}
