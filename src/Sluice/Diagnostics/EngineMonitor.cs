using Microsoft.Extensions.Logging;
using Sluice.Checkpoints;
using Sluice.Errors;

namespace Sluice.Diagnostics;

/// <summary>Looks at the engine each <c>Monitoring:Interval</c>: counts successes and raises or clears alerts. Stops with the engine.</summary>
internal sealed class EngineMonitor : IAsyncDisposable
{
    private readonly MonitoringOptions _options;
    private readonly SuccessCounter _success;
    private readonly AlertBoard _alerts;
    private readonly Func<SuccessTally?, AlertFacts> _facts;
    private readonly Func<bool> _alerting;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    /// <summary>Starts looking.</summary>
    /// <param name="options">Interval and thresholds.</param>
    /// <param name="success">Counts successes.</param>
    /// <param name="alerts">Knows which alerts are raised.</param>
    /// <param name="facts">What the rules judge by, made of the last count.</param>
    /// <param name="alerting">False where Features:Alerts is off.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where trouble with the store is told.</param>
    public EngineMonitor(MonitoringOptions options, SuccessCounter success, AlertBoard alerts, Func<SuccessTally?, AlertFacts> facts, Func<bool> alerting, TimeProvider time, ILogger log)
    {
        (_options, _success, _alerts, _facts, _alerting, _time, _log) = (options, success, alerts, facts, alerting, time, log);
        _loop = RunAsync(_stop.Token);
    }

    /// <summary>Looks once.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        SuccessTally? tally = null;
        try
        {
            tally = await _success.CountAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StoreUnavailableException or SluiceException)
        {
            DiagnosticsLog.SuccessUnknown(_log, e.Message);
        }

        _alerts.Update(_alerting() ? AlertRules.Active(_facts(tally), _options) : []);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(_options.Interval, _time, cancellationToken).ConfigureAwait(false);
                await LookAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The engine stops.
        }
    }
}
