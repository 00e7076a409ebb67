using System.Diagnostics.Metrics;
using Sluice.Buffers;
using Sluice.Notion;
using Sluice.Pressure;
using Sluice.Resilience;
using Sluice.Spool;

namespace Sluice.Diagnostics;

/// <summary>The instruments that are read when somebody asks: breaker, workers, memory, CPU, spool, connections, alerts.</summary>
internal static class EngineGauges
{
    /// <summary>Makes them on the client's meter; they end with it.</summary>
    /// <param name="meter">The client's meter.</param>
    /// <param name="pipeline">Breaker and workers.</param>
    /// <param name="buffers">The memory for parts.</param>
    /// <param name="connections">The HTTP connections; null: none of our own.</param>
    /// <param name="spool">What the spool holds.</param>
    /// <param name="governor">The last reading of memory and CPU.</param>
    /// <param name="limitMb">Memory:LimitMb as it is now.</param>
    /// <param name="success">The success rate.</param>
    /// <param name="alerts">Which alerts are raised.</param>
    public static void Create(
        SluiceMeter meter, NotionPipeline pipeline, PartBuffers buffers, NotionConnections? connections, Func<SpoolSnapshot> spool, Governor governor, Func<int> limitMb, SuccessCounter success, AlertBoard alerts)
    {
        var m = meter.Meter;
        m.CreateObservableGauge(MetricNames.BreakerState, () => (int)pipeline.Snapshot().Breaker, "{state}", "The circuit breaker: 0 closed, 1 half-open, 2 open, 3 isolated (the token was refused).");
        m.CreateObservableGauge(MetricNames.Workers, () => pipeline.Snapshot().InFlight, "{part}", "Parts in flight.");
        m.CreateObservableGauge(MetricNames.WorkersLimit, () => pipeline.Limit, "{part}", "Parts that may be in flight.");
        m.CreateObservableGauge(MetricNames.BufferBytes, () => BufferBytes(buffers), "By", "Memory for parts, by use.");
        m.CreateObservableGauge(MetricNames.SpoolBytes, () => SpoolBytes(spool()), "By", "Bytes of spool files on disk.");
        m.CreateObservableUpDownCounter(MetricNames.Connections, () => ConnectionCounts(connections), "{connection}", "HTTP connections to Notion, by state.");
        m.CreateObservableGauge(MetricNames.ProcessMemory, () => governor.Refresh().RssBytes, "By", "Resident memory of the process.");
        m.CreateObservableGauge(MetricNames.ProcessMemoryPeak, () => governor.Refresh().PeakRssBytes, "By", "The most resident memory the process ever had.");
        m.CreateObservableGauge(MetricNames.ProcessMemoryLimitRatio, () => governor.Refresh().RssBytes / (limitMb() * 1048576.0), "1", "Resident memory as a share of Memory:LimitMb.");
        m.CreateObservableGauge(MetricNames.ProcessCpuQuotaRatio, () => governor.Cpu.Percent / 100, "1", "CPU used as a share of what the process may use, over the last five seconds or more.");
        m.CreateObservableGauge(MetricNames.UploadSuccessRatio, () => Success(success.Last), "1", "Uploads that ended done, as a share of done, failed and expired records of the last 24 h.");
        m.CreateObservableGauge(MetricNames.Alerts, () => Raised(alerts), "{alert}", "1 while an alert is raised, else 0.");
    }

    /// <summary>How many uploads are open, active and queued: counted when somebody asks, so that whoever comes late sees the same.</summary>
    public static void CreateUploads(SluiceMeter meter, Func<Transfer.UploadCensus> census)
    {
        var m = meter.Meter;
        m.CreateObservableUpDownCounter(MetricNames.UploadsOpen, () => census().Open, "{upload}", "Uploads begun and not over; on a gateway also those whose client is away.");
        m.CreateObservableUpDownCounter(MetricNames.UploadsActive, () => census().Active, "{upload}", "Of the open ones, those that hold a part buffer or a send.");
        m.CreateObservableUpDownCounter(MetricNames.UploadsQueued, () => census().Queued, "{upload}", "Of the open ones, those that wait for their turn although their next part would be here at once.");
    }

    private static Measurement<long>[] BufferBytes(PartBuffers buffers) =>
    [
        Of(buffers.Budget.TicketBytes, MetricTags.Use, "tickets"),
        Of(buffers.Pool.AllocatedBytes, MetricTags.Use, "pages"),
        Of(buffers.Pool.CachedBytes, MetricTags.Use, "cached"),
        Of(buffers.Budget.WaitingBytes, MetricTags.Use, "waiting"),
        Of(buffers.Budget.Limit, MetricTags.Use, "limit"),
    ];

    private static Measurement<long>[] ConnectionCounts(NotionConnections? connections)
    {
        if (connections is null)
        {
            return [];
        }

        var (open, idle) = (connections.Open, connections.Idle);
        return [Of(Math.Max(0, open - idle), MetricTags.State, "active"), Of(idle, MetricTags.State, "idle")];
    }

    private static Measurement<double>[] Success(SuccessTally? tally) => tally?.Ratio is { } ratio ? [new(ratio)] : [];

    private static IEnumerable<Measurement<int>> Raised(AlertBoard alerts) =>
        AlertNames.All.Select(name => new Measurement<int>(alerts.IsRaised(name) ? 1 : 0, new KeyValuePair<string, object?>(MetricTags.Alert, name)));

    private static Measurement<long> Of(long value, string key, string tag) => new(value, new KeyValuePair<string, object?>(key, tag));

    private static long SpoolBytes(SpoolSnapshot spool) => spool.WrittenBytes + spool.ElsewhereBytes;
}
