namespace Sluice.Diagnostics;

/// <summary>What is summed up since the engine was made, for those who show numbers without a collector.</summary>
internal enum MeterTotal
{
    /// <summary>Uploads begun.</summary>
    Starts,

    /// <summary>Uploads that ended done.</summary>
    Done,

    /// <summary>Uploads that failed for good.</summary>
    Failed,

    /// <summary>Uploads whose run ended before they did.</summary>
    Interrupted,

    /// <summary>Uploads refused before Notion had them.</summary>
    Refused,

    /// <summary>Calls that ended, all of them.</summary>
    Attempts,

    /// <summary>Of them, those that failed: told to wait is none of these.</summary>
    AttemptsFailed,

    /// <summary>Of them, answers that told us to wait.</summary>
    RateLimitWaits,

    /// <summary>Of them, those that a time limit ended.</summary>
    Timeouts,

    /// <summary>Of them, those without an answer: refused, reset, not found.</summary>
    ConnectionErrors,

    /// <summary>Calls made again after a failure.</summary>
    Retries,

    /// <summary>Parts acknowledged.</summary>
    Parts,

    /// <summary>Microseconds from ready to acknowledged, summed over them.</summary>
    PartMicroseconds,

    /// <summary>Bytes read from sources.</summary>
    BytesIn,

    /// <summary>Part bytes given to Notion's socket.</summary>
    BytesOut,

    /// <summary>Rows made durable.</summary>
    Checkpoints,

    /// <summary>Uploads whose rate was measured.</summary>
    Rates,

    /// <summary>Microseconds a 100 MB, summed over them.</summary>
    RateMicroseconds,

    /// <summary>Uploads that went on from an earlier run and ended.</summary>
    Resumes,

    /// <summary>Of them, those that ended done.</summary>
    ResumesDone,

    /// <summary>Interruptions that an acknowledged part ended.</summary>
    Recoveries,

    /// <summary>Microseconds they took, summed up.</summary>
    RecoveryMicroseconds,

    /// <summary>Times the circuit breaker opened.</summary>
    BreakerActivations,

    /// <summary>Times memory pressure rose to a level.</summary>
    PressureEvents,

    /// <summary>Writes refused because another process moves the upload.</summary>
    FenceRefusals,

    /// <summary>New uploads refused for load.</summary>
    AdmissionRefusals,
}
