using Sluice.Simulator.Faults;
using Sluice.Simulator.State;

namespace Sluice.Simulator.Serving;

/// <summary>The 60 seconds that Notion gives a request, by the simulator's clock, as far as the switch says that they count.</summary>
internal sealed class RequestTime(SimulatorState state, DateTimeOffset started)
{
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(60);

    private readonly TimeLimit _limit = state.Switches.TimeLimit;
    private DateTimeOffset _from = started;

    /// <summary>What is left; infinite where nothing is limited.</summary>
    public TimeSpan Left => _limit == TimeLimit.Off ? TimeSpan.MaxValue : Most - (state.Now - _from);

    /// <summary>The time is up.</summary>
    public bool IsOver => Left < TimeSpan.Zero;

    /// <summary>Ends the reading of a body when the time is up, also where nobody moves the clock.</summary>
    public CancellationTokenSource BodyLimit() =>
        _limit == TimeLimit.All ? new CancellationTokenSource(Most, state.Options.Time) : new CancellationTokenSource();

    /// <summary>The body is in.</summary>
    public void BodyIsRead() => _from = _limit == TimeLimit.Handling ? state.Now : _from;
}
