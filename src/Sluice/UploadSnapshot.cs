using Sluice.Diagnostics;
using Sluice.Errors;

namespace Sluice;

/// <summary>Where an upload stands at one moment.</summary>
public sealed record UploadSnapshot
{
    /// <summary>Our id; null until it has one.</summary>
    public string? UploadId { get; init; }

    /// <summary>The file's name as Notion will show it.</summary>
    public string Name { get; init; } = "";

    /// <summary>The state's name as in the HTTP API: waiting, staged, transferring, finishing, done, interrupted, failed.</summary>
    public string State { get; init; } = "waiting";

    /// <summary>The length in bytes; 0 while unknown.</summary>
    public long Length { get; init; }

    /// <summary>The end of what arrived contiguously and is recorded; at most length - 1 until everything succeeded.</summary>
    public long Offset { get; init; }

    /// <summary>Bytes of all acknowledged parts, in whatever order.</summary>
    public long AcknowledgedBytes { get; init; }

    /// <summary>Acknowledged bytes and what the parts under way gave to the socket so far: for bars.</summary>
    public long MovedBytes { get; init; }

    /// <summary>Bytes proved unchanged so far by a resumed upload; equals <see cref="ResumedFrom"/> when that is over.</summary>
    public long ProvedBytes { get; init; }

    /// <summary>Bytes that were acknowledged when this run began.</summary>
    public long ResumedFrom { get; init; }

    /// <summary>How many parts there are; 0 until planned.</summary>
    public int PartsTotal { get; init; }

    /// <summary>How many of them are acknowledged.</summary>
    public int PartsAcknowledged { get; init; }

    /// <summary>Part bytes given to the socket in this run, repeats included.</summary>
    public long BytesSent { get; init; }

    /// <summary>Attempts repeated in this run.</summary>
    public int Retries { get; init; }

    /// <summary>Which Notion upload this is, from 1; above 1 Notion forgot earlier ones.</summary>
    public int Generation { get; init; }

    /// <summary>What the upload as a whole waits for.</summary>
    public WaitReason Wait { get; init; }

    /// <summary>When that wait is expected to be over, where known.</summary>
    public TimeSpan? WaitRemaining { get; init; }

    /// <summary>The last failure met, which was or will be retried.</summary>
    public SluiceError? LastError { get; init; }

    /// <summary>The parts under way.</summary>
    public IReadOnlyList<PartSnapshot> PartsUnderWay { get; init; } = [];
}
