namespace Sluice.Simulation;

/// <summary>
/// Counts requests as they leave, over all processes: in any 60.5 s no more than the largest budget that was in force. A call
/// that must take effect once is counted before its intent is written, so the two calls to the store that this takes are let off.
/// </summary>
internal sealed class PaceWatch(World world)
{
    private readonly long _window = TimeSpan.FromSeconds(60.5).Ticks - (2 * world.Scenario.StoreDelay.Ticks) - TimeSpan.TicksPerMillisecond;
    private readonly Queue<(long At, int Budget)> _left = new();
    private int _largest;

    public void Left(Process process)
    {
        if (process.Client.Engine.Connection.Pipeline.Snapshot().RequestsPerWindow is not { } budget)
        {
            return;
        }

        var now = world.Time.Now;
        _left.Enqueue((now, budget));
        _largest = Math.Max(_largest, budget);
        while (_left.Peek().At <= now - _window)
        {
            if (_left.Dequeue().Budget == _largest)
            {
                _largest = _left.Max(l => l.Budget);
            }
        }

        // A stopped process may have had a request in hand for each of its senders: it leaves late.
        var late = world.Processes.Count(p => p.WasStopped) * 6;
        if (_left.Count > _largest + late)
        {
            throw new Violation($"{_left.Count} requests left within 60.5 s, the budget is {_largest}");
        }
    }
}
