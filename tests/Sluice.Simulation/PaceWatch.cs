namespace Sluice.Simulation;

/// <summary>Counts requests as they leave, over all processes: in any 60.5 s no more than the largest budget that was in force.</summary>
internal sealed class PaceWatch(World world)
{
    private static readonly long Window = TimeSpan.FromSeconds(60.5).Ticks;

    private readonly Queue<(long At, int Budget)> _left = new();

    /// <summary>The most requests seen in a window.</summary>
    public int Most { get; private set; }

    public void Left(Process process)
    {
        if (process.Client.Engine.Connection.Pipeline.Snapshot().RequestsPerWindow is not { } budget)
        {
            return;
        }

        var now = world.Time.Now;
        _left.Enqueue((now, budget));
        while (_left.Peek().At <= now - Window)
        {
            _left.Dequeue();
        }

        Most = Math.Max(Most, _left.Count);

        // A stopped process may have had a request in hand for each of its senders: it leaves late.
        var late = world.Processes.Count(p => p.WasStopped) * 6;
        var allowed = _left.Max(l => l.Budget) + late;
        if (_left.Count > allowed)
        {
            throw new Violation($"{_left.Count} requests left within 60.5 s, the budget is {allowed}");
        }
    }
}
