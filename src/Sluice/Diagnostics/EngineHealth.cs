using Microsoft.Extensions.Logging;
using Sluice.Checkpoints;
using Sluice.Pressure;
using Sluice.Settings;
using Sluice.Spool;
using Sluice.Transfer;

namespace Sluice.Diagnostics;

/// <summary>What looks at a running engine: the governor of memory and CPU, the monitor with its alerts, and the gauges.</summary>
internal sealed class EngineHealth : IAsyncDisposable
{
    private readonly EngineMonitor _monitor;

    private EngineHealth(Governor governor, SuccessCounter success, AlertBoard alerts, EngineMonitor monitor)
    {
        Governor = governor;
        Success = success;
        Alerts = alerts;
        _monitor = monitor;
    }

    /// <summary>What memory and CPU allow.</summary>
    public Governor Governor { get; }

    /// <summary>Counts how uploads end.</summary>
    public SuccessCounter Success { get; }

    /// <summary>Which alerts are raised.</summary>
    public AlertBoard Alerts { get; }

    /// <summary>Starts looking; null where there is nothing to read from.</summary>
    /// <param name="parts">The engine's parts.</param>
    /// <param name="store">The records.</param>
    /// <param name="options">The settings, read again where they are used.</param>
    /// <param name="spool">What the spool holds.</param>
    /// <param name="running">How many uploads are under way.</param>
    /// <param name="queue">How many uploads wait for their turn, and how many may.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where pressure and alerts are told.</param>
    public static EngineHealth? Start(EngineParts parts, ICheckpointStore store, SluiceOptions options, Func<SpoolSnapshot> spool, Func<int> running, Func<(int Queued, int? Limit)> queue, TimeProvider time, ILogger log)
    {
        if (parts.Readings is not { } readings)
        {
            return null;
        }

        var pipeline = parts.Connection.Pipeline;
        PressureLog.BuffersChosen(log, parts.Chosen.WarmUpBytes >> 20, parts.Chosen.Reason);
        var targets = new GovernorTargets
        {
            Buffers = parts.Buffers,
            SendLimit = () => pipeline.Limit,
            SetCpuCeiling = pipeline.SetCpuCeiling,
            IsBusy = () => running() > 0,
            ReducesFills = () => options.Features.Backpressure > 0,
            PressureRose = parts.Meter.MemoryPressureRose,
        };
        var governor = new Governor(options, readings, parts.WarmUp, targets, time, log);
        var success = new SuccessCounter(store.Uploads, time);
        var alerts = new AlertBoard(time, log);
        var monitor = new EngineMonitor(
            options.Monitoring, success, alerts, Facts, () => options.Features.Alerts > 0, time, log);
        EngineGauges.Create(parts.Meter, pipeline, parts.Buffers, parts.Connections, spool, governor, () => options.Memory.LimitMb, success, alerts);
        return new EngineHealth(governor, success, alerts, monitor);

        AlertFacts Facts(SuccessTally? tally)
        {
            var (queued, limit) = queue();
            return new AlertFacts(governor.Refresh().RssBytes, tally, pipeline.Snapshot().Breaker, queued, limit);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _monitor.DisposeAsync().ConfigureAwait(false);
        Governor.Dispose();
    }
}
