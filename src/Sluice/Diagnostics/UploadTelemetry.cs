using Microsoft.Extensions.Logging;
using Sluice.Notion;

namespace Sluice.Diagnostics;

/// <summary>What one upload tells meter and log, each event once; <see cref="Transfer.UploadView"/> passes on what happens.</summary>
internal sealed class UploadTelemetry(SluiceMeter meter, ILogger log, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private long _firstByte;
    private long _interrupted;

    /// <summary>The upload's id once it is known; empty before.</summary>
    public string UploadId { get; private set; } = "";

    public void Started() => meter.Started();

    /// <summary>This process has its lease. What goes on from an earlier run is recovered with the next acknowledged part.</summary>
    public void Begins(string uploadId, bool goesOn)
    {
        UploadId = uploadId;
        if (goesOn)
        {
            Interrupted();
        }
    }

    public void Waits(WaitReason before, WaitReason now) => meter.Waits(before, now);

    public void Read(long bytes) => meter.Read(bytes);

    public void Sent(long bytes)
    {
        if (Volatile.Read(ref _firstByte) == 0)
        {
            Interlocked.CompareExchange(ref _firstByte, Math.Max(1, time.GetTimestamp()), 0);
        }

        meter.Sent(bytes);
    }

    public void Retried() => meter.Retried();

    /// <summary>An attempt ended; <paramref name="failure"/> null: with success.</summary>
    public void AttemptEnded(int number, NotionFailure? failure)
    {
        if (failure is { Class: FailureClass.Ignored })
        {
            return;
        }

        meter.AttemptEnded(failure);
        if (failure is null)
        {
            return;
        }

        if (failure.Class != FailureClass.ToldToWait)
        {
            Interrupted();
        }

        if (failure.TimedOut)
        {
            DiagnosticsLog.TimeLimit(log, UploadId, number, failure.Error.Code.Name);
        }
        else
        {
            DiagnosticsLog.AttemptFailed(log, UploadId, number, failure.Error.Code.Name, failure.Error.NotionStatus ?? 0);
        }
    }

    public void PartEnded(bool acknowledged, long start)
    {
        meter.PartEnded(acknowledged ? "acknowledged" : "not_acknowledged");
        if (!acknowledged)
        {
            return;
        }

        meter.PartAcknowledged(time.GetElapsedTime(start));
        if (Interlocked.Exchange(ref _interrupted, 0) is var since and not 0)
        {
            meter.Recovered(time.GetElapsedTime(since));
        }
    }

    public void Checkpointed() => meter.Checkpointed();

    public void FenceRefused()
    {
        meter.FenceRefused();
        DiagnosticsLog.FenceRefused(log, UploadId);
    }

    /// <summary>It ended in this process; <paramref name="result"/> null: by a bug.</summary>
    public void Ended(UploadResult? result)
    {
        var outcome = result is null ? "failed" : result.AlreadyDone ? "already_done" : result.Status switch { UploadStatus.Done => "done", UploadStatus.Failed => "failed", UploadStatus.Refused => "refused", _ => "interrupted" };
        meter.Ended(outcome);
        if (result is null)
        {
            return;
        }

        DiagnosticsLog.UploadEnded(log, result.UploadId ?? UploadId, outcome, result.Error?.Code.Name ?? "none");
        if (result.ResumedFrom > 0 && !result.AlreadyDone)
        {
            meter.Resumed(outcome);
        }

        if (outcome == "done" && result.Bytes is { } length and > 0)
        {
            meter.Done(time.GetElapsedTime(_start), length);
            if (result.ResumedFrom == 0 && Volatile.Read(ref _firstByte) is var first and not 0)
            {
                meter.DoneAtRate(time.GetElapsedTime(first), length);
            }
        }
    }

    private void Interrupted() => Interlocked.CompareExchange(ref _interrupted, Math.Max(1, time.GetTimestamp()), 0);
}
