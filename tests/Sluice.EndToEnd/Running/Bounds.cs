namespace Sluice.EndToEnd.Running;

/// <summary>How long anything may take before a test says that it hangs; never what a test waits for.</summary>
internal static class Bounds
{
    public static TimeSpan Wait { get; } = TimeSpan.FromMinutes(Program.IsFull ? 30 : 3);

    /// <summary>Between two looks at something outside of this process.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    /// <summary>Looks until it is so.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isSo, Func<string> what)
    {
        using var bound = new CancellationTokenSource(Wait, TimeProvider.System);
        while (!await isSo())
        {
            if (bound.IsCancellationRequested)
            {
                throw new TimeoutException($"It did not come to this within {Wait}: {what()}");
            }

            await Task.Delay(Look, TimeProvider.System, CancellationToken.None);
        }
    }
}
