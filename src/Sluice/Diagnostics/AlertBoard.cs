using Microsoft.Extensions.Logging;
using Sluice.Events;

namespace Sluice.Diagnostics;

/// <summary>Which alerts are raised: each is told once when it begins, and once when it is over.</summary>
internal sealed class AlertBoard(TimeProvider time, ILogger log)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (RaisedAlert Raised, long At)> _raised = new(StringComparer.Ordinal);

    /// <summary>Who is told beside the log; null: nobody.</summary>
    public AlertNews? News { get; set; }

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

    /// <summary>Takes what holds now, and tells what is new and what is over.</summary>
    public void Update(IEnumerable<Alert> active)
    {
        List<Alert> begun = [];
        List<(string Name, TimeSpan Duration)> over = [];
        lock (_lock)
        {
            var now = active.ToDictionary(static a => a.Name, StringComparer.Ordinal);
            foreach (var (name, (_, at)) in _raised.Where(r => !now.ContainsKey(r.Key)).ToArray())
            {
                _raised.Remove(name);
                over.Add((name, time.GetElapsedTime(at)));
            }

            foreach (var alert in now.Values.Where(a => !_raised.ContainsKey(a.Name)))
            {
                _raised[alert.Name] = (new RaisedAlert(alert, time.GetUtcNow()), time.GetTimestamp());
                begun.Add(alert);
            }
        }

        foreach (var alert in begun)
        {
            DiagnosticsLog.AlertRaised(log, alert.Name, alert.Reason);
            News?.Raised(alert.Name, alert.Reason);
        }

        foreach (var (name, duration) in over)
        {
            DiagnosticsLog.AlertCleared(log, name, (long)duration.TotalSeconds);
            News?.Cleared(name, duration);
        }
    }
}
