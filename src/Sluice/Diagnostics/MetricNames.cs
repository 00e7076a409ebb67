namespace Sluice.Diagnostics;

/// <summary>The names of the metrics; docs/metrics.md says what each means and is checked against the instruments (MetricsPageTests).</summary>
internal static class MetricNames
{
    /// <summary>The meter's name, and the activity source's.</summary>
    public const string Meter = "Sluice";

    public const string UploadStarts = "sluice.upload.starts";
    public const string Uploads = "sluice.uploads";
    public const string UploadsActive = "sluice.uploads.active";
    public const string UploadsQueued = "sluice.uploads.queued";
    public const string UploadsOpen = "sluice.uploads.open";
    public const string UploadDuration = "sluice.upload.duration";
    public const string UploadSize = "sluice.upload.size";
    public const string UploadSecondsPer100Mb = "sluice.upload.seconds_per_100mb";
    public const string UploadSuccessRatio = "sluice.upload.success_ratio";
    public const string Parts = "sluice.parts";
    public const string PartDuration = "sluice.part.duration";
    public const string Bytes = "sluice.bytes";
    public const string Attempts = "sluice.attempts";
    public const string Retries = "sluice.retries";
    public const string Errors = "sluice.errors";
    public const string RateLimitWaits = "sluice.rate_limit.waits";
    public const string Waiting = "sluice.waiting";
    public const string BreakerState = "sluice.breaker.state";
    public const string BreakerActivations = "sluice.breaker.activations";
    public const string Workers = "sluice.workers";
    public const string WorkersLimit = "sluice.workers.limit";
    public const string BufferBytes = "sluice.buffer.bytes";
    public const string SpoolBytes = "sluice.spool.bytes";
    public const string Connections = "sluice.connections";
    public const string MemoryPressureEvents = "sluice.memory.pressure_events";
    public const string ProcessMemory = "sluice.process.memory";
    public const string ProcessMemoryPeak = "sluice.process.memory.peak";
    public const string ProcessMemoryLimitRatio = "sluice.process.memory.limit_ratio";
    public const string ProcessCpuQuotaRatio = "sluice.process.cpu.quota_ratio";
    public const string Checkpoints = "sluice.checkpoints";
    public const string FenceRefusals = "sluice.fence.refusals";
    public const string Resumes = "sluice.resumes";
    public const string RecoveryDuration = "sluice.recovery.duration";
    public const string AdmissionRefusals = "sluice.admission.refusals";
    public const string Alerts = "sluice.alerts";
}
