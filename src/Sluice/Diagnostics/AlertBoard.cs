using Microsoft.Extensions.Logging;

namespace Sluice.Diagnostics;

/// <summary>Which alerts are raised: each is told once when it begins, and once when it is over.</summary>
internal sealed class AlertBoard(TimeProvider time, ILogger log)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (RaisedAlert Raised, long At)> _raised = new(StringComparer.Ordinal);

    /// <summary>True while the alert holds.</summary>
    public bool IsRaised(string name)
    {
        lock (_lock)
        {
            return _raised.ContainsKey(name);
        }
    }

    /// <summary>What holds, in the order of <see cref="AlertNames.All"/>.</summary>
    public IReadOnlyList<RaisedAlert> Raised()
    {
        lock (_lock)
        {
            return [.. AlertNames.All.Where(_raised.ContainsKey).Select(name => _raised[name].Raised)];
        }
    }

    /// <summary>Hears of each alert that begins (true) and of each that is over, outside of any lock.</summary>
    public Action<RaisedAlert, bool>? Changed { get; set; }

    /// <summary>Takes what holds now, and tells what is new and what is over.</summary>
    public void Update(IEnumerable<Alert> active)
    {
        List<RaisedAlert> begun = [];
        List<(RaisedAlert Raised, TimeSpan Duration)> over = [];
        lock (_lock)
        {
            var now = active.ToDictionary(static a => a.Name, StringComparer.Ordinal);
            foreach (var (name, (raised, at)) in _raised.Where(r => !now.ContainsKey(r.Key)).ToArray())
            {
                _raised.Remove(name);
                over.Add((raised, time.GetElapsedTime(at)));
            }

            foreach (var alert in now.Values.Where(a => !_raised.ContainsKey(a.Name)))
            {
                var raised = new RaisedAlert(alert, time.GetUtcNow());
                _raised[alert.Name] = (raised, time.GetTimestamp());
                begun.Add(raised);
            }
        }

        foreach (var alert in begun)
        {
            DiagnosticsLog.AlertRaised(log, alert.Alert.Name, alert.Alert.Reason);
            Changed?.Invoke(alert, true);
        }

        foreach (var (raised, duration) in over)
        {
            DiagnosticsLog.AlertCleared(log, raised.Alert.Name, (long)duration.TotalSeconds);
            Changed?.Invoke(raised, false);
        }
    }
}
