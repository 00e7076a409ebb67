using BenchmarkDotNet.Attributes;
using Sluice.Checkpoints.InMemory;
using Sluice.Pacing;
using Sluice.Resilience;

namespace Sluice.Bench.HotPath;

/// <summary>What a request must have before it goes out.</summary>
[MemoryDiagnoser]
public class PacingBenchmarks
{
    private static readonly Action Nothing = static () => { };

    private readonly PermitPool _permits = new(3);
    private readonly InMemoryCheckpointStore _store = new(TimeProvider.System);
    private readonly RequestBudget _budget;

    /// <summary>Makes a budget so large that nothing waits for the window: what is measured is the way through it.</summary>
    public PacingBenchmarks() =>
        _budget = new RequestBudget(new PacingOptions { RequestsPerMinute = 100_000_000, Burst = 1_000_000 }, _store.Connections, "bench", "bench", TimeSpan.FromSeconds(60.5), new NotBefore(TimeProvider.System), TimeProvider.System);

    /// <summary>A free permit, and back.</summary>
    [Benchmark]
    public void Permit()
    {
        var taken = _permits.TakeAsync(new PermitOrder(Finishing: false, long.MaxValue), Nothing, CancellationToken.None);
        if (!taken.IsCompletedSuccessfully)
        {
            throw new InvalidOperationException("A permit was not free.");
        }

        _permits.Release();
    }

    /// <summary>One request of the budget, grants of the store included.</summary>
    [Benchmark]
    public void Request() => _budget.TakeAsync(RequestLine.Part, CancellationToken.None).AsTask().GetAwaiter().GetResult();
}
