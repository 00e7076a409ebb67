namespace Sluice.Simulator.State;

/// <summary>The simulator's clock: the given one, moved ahead by hand.</summary>
internal sealed class SimulatorClock(TimeProvider time) : TimeProvider
{
    private long _ahead;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow().AddTicks(Interlocked.Read(ref _ahead));

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);
}
