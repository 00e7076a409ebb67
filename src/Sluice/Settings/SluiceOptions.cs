using Sluice.Buffers;
using Sluice.Checkpoints;
using Sluice.Diagnostics;
using Sluice.Notion;
using Sluice.Pacing;
using Sluice.Parts;
using Sluice.Resilience;
using Sluice.Spool;
using Sluice.Transfer;

namespace Sluice.Settings;

/// <summary>Every setting of the engine, by section; docs/settings.md lists names, units, ranges and defaults.</summary>
public sealed class SluiceOptions
{
    /// <summary>Section <c>Notion</c>.</summary>
    public NotionOptions Notion { get; } = new();

    /// <summary>Section <c>Memory</c>.</summary>
    public MemoryOptions Memory { get; } = new();

    /// <summary>Section <c>Concurrency</c>.</summary>
    public ConcurrencyOptions Concurrency { get; } = new();

    /// <summary>Section <c>Timeouts</c>.</summary>
    public TimeoutOptions Timeouts { get; } = new();

    /// <summary>Section <c>Retry</c>.</summary>
    public RetryOptions Retry { get; } = new();

    /// <summary>Section <c>CircuitBreaker</c>.</summary>
    public CircuitBreakerOptions CircuitBreaker { get; } = new();

    /// <summary>Section <c>Pacing</c>.</summary>
    public PacingOptions Pacing { get; } = new();

    /// <summary>Section <c>Connections</c>.</summary>
    public ConnectionOptions Connections { get; } = new();

    /// <summary>Section <c>Parts</c>.</summary>
    public PartOptions Parts { get; } = new();

    /// <summary>Section <c>Spool</c>.</summary>
    public SpoolOptions Spool { get; } = new();

    /// <summary>Section <c>Checkpoints</c>.</summary>
    public CheckpointOptions Checkpoints { get; } = new();

    /// <summary>Section <c>Lease</c>.</summary>
    public LeaseOptions Lease { get; } = new();

    /// <summary>Section <c>Stream</c>.</summary>
    public StreamOptions Stream { get; } = new();

    /// <summary>Section <c>Monitoring</c>.</summary>
    public MonitoringOptions Monitoring { get; } = new();

    /// <summary>Section <c>Features</c>.</summary>
    public FeatureOptions Features { get; } = new();
}
