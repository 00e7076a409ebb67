using System.Diagnostics.Metrics;
using Sluice.Errors;
using Sluice.Notion;

namespace Sluice.Diagnostics;

/// <summary>
/// The instruments of one client that are written when something happens; what can be read at any time is in
/// <see cref="EngineGauges"/>. Each call also adds to a sum that can be read (<see cref="Totals"/>); without a listener it allocates nothing (SluiceMeterTests).
/// Each event has one place that records it.
/// </summary>
internal sealed class SluiceMeter : IDisposable
{
    private readonly Counter<long> _starts;
    private readonly Counter<long> _uploads;
    private readonly Histogram<double> _uploadSeconds;
    private readonly Histogram<long> _uploadSize;
    private readonly Histogram<double> _per100Mb;
    private readonly Counter<long> _parts;
    private readonly Histogram<double> _partSeconds;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _errors;
    private readonly Counter<long> _rateLimitWaits;
    private readonly UpDownCounter<long> _waiting;
    private readonly Counter<long> _activations;
    private readonly Counter<long> _pressure;
    private readonly Counter<long> _checkpoints;
    private readonly Counter<long> _fence;
    private readonly Counter<long> _resumes;
    private readonly Histogram<double> _recovery;
    private readonly Counter<long> _refusals;

    /// <summary>Makes the instruments.</summary>
    /// <param name="time">The clock of the minute; null: the machine's.</param>
    public SluiceMeter(TimeProvider? time = null)
    {
        Totals = new MeterTotals(time ?? TimeProvider.System);
        var m = Meter = new Meter(MetricNames.Meter, typeof(SluiceMeter).Assembly.GetName().Version?.ToString(3));
        _starts = m.CreateCounter<long>(MetricNames.UploadStarts, "{upload}", "Uploads begun in this process.");
        _uploads = m.CreateCounter<long>(MetricNames.Uploads, "{upload}", "Uploads that ended in this process, by outcome.");
        _uploadSeconds = m.CreateHistogram<double>(MetricNames.UploadDuration, "s", "From the start of an upload to its end, in this process, of uploads that ended done.");
        _uploadSize = m.CreateHistogram<long>(MetricNames.UploadSize, "By", "Length of uploads that ended done.");
        _per100Mb = m.CreateHistogram<double>(MetricNames.UploadSecondsPer100Mb, "s", "From the first byte given to Notion to done, scaled to 100 MB, of uploads whose bytes all went in this process.");
        _parts = m.CreateCounter<long>(MetricNames.Parts, "{part}", "Parts that ended, by outcome.");
        _partSeconds = m.CreateHistogram<double>(MetricNames.PartDuration, "s", "From the moment a part was ready to its acknowledgement, retries included.");
        _bytes = m.CreateCounter<long>(MetricNames.Bytes, "By", "Bytes read from sources (in) and part bytes given to Notion, repeats included (out).");
        _attempts = m.CreateCounter<long>(MetricNames.Attempts, "{attempt}", "Calls to Notion that ended, each attempt by itself, by outcome.");
        _retries = m.CreateCounter<long>(MetricNames.Retries, "{attempt}", "Calls made again after a failure.");
        _errors = m.CreateCounter<long>(MetricNames.Errors, "{error}", "Attempts that failed, by error code.");
        _rateLimitWaits = m.CreateCounter<long>(MetricNames.RateLimitWaits, "{wait}", "Answers that told us to wait (429 and 529).");
        _waiting = m.CreateUpDownCounter<long>(MetricNames.Waiting, "{part}", "Parts under way, each under the one thing it waits for; an upload's own step counts as one.");
        _activations = m.CreateCounter<long>(MetricNames.BreakerActivations, "{activation}", "Times the circuit breaker opened.");
        _pressure = m.CreateCounter<long>(MetricNames.MemoryPressureEvents, "{event}", "Times memory pressure rose to a level.");
        _checkpoints = m.CreateCounter<long>(MetricNames.Checkpoints, "{row}", "Rows of acknowledged parts made durable.");
        _fence = m.CreateCounter<long>(MetricNames.FenceRefusals, "{write}", "Writes the store refused because another process moves the upload now.");
        _resumes = m.CreateCounter<long>(MetricNames.Resumes, "{upload}", "Uploads that went on from an earlier run, by how this run ended.");
        _recovery = m.CreateHistogram<double>(MetricNames.RecoveryDuration, "s", "From an interruption to the next acknowledged part.");
        _refusals = m.CreateCounter<long>(MetricNames.AdmissionRefusals, "{refusal}", "New uploads that were refused for load, by what decided.");
    }

    /// <summary>The meter itself, for instruments that are read.</summary>
    public Meter Meter { get; }

    /// <summary>The same events as sums that can be read.</summary>
    public MeterTotals Totals { get; }

    public void Started()
    {
        Totals.Add(MeterTotal.Starts);
        _starts.Add(1);
    }

    public void Ended(string outcome)
    {
        if (EndOf(outcome) is { } total)
        {
            Totals.Add(total);
        }

        _uploads.Add(1, new KeyValuePair<string, object?>(MetricTags.Outcome, outcome));
    }

    public void Done(TimeSpan duration, long length)
    {
        _uploadSeconds.Record(duration.TotalSeconds);
        _uploadSize.Record(length);
    }

    public void DoneAtRate(TimeSpan sinceFirstByte, long length)
    {
        var scaled = sinceFirstByte * (100e6 / length);
        Totals.Add(MeterTotal.Rates, MeterTotal.RateMicroseconds, scaled);
        _per100Mb.Record(scaled.TotalSeconds);
    }

    public void PartEnded(string outcome) => _parts.Add(1, new KeyValuePair<string, object?>(MetricTags.Outcome, outcome));

    public void PartAcknowledged(TimeSpan duration)
    {
        Totals.Add(MeterTotal.Parts, MeterTotal.PartMicroseconds, duration);
        _partSeconds.Record(duration.TotalSeconds);
    }

    public void Read(long count)
    {
        Totals.Add(MeterTotal.BytesIn, count);
        _bytes.Add(count, new KeyValuePair<string, object?>(MetricTags.Direction, MetricTags.In));
    }

    public void Sent(long count)
    {
        Totals.Add(MeterTotal.BytesOut, count);
        _bytes.Add(count, new KeyValuePair<string, object?>(MetricTags.Direction, MetricTags.Out));
    }

    /// <summary>An attempt ended; <paramref name="failure"/> null: with success.</summary>
    public void AttemptEnded(NotionFailure? failure)
    {
        Totals.Add(MeterTotal.Attempts);
        if (failure is null)
        {
            Attempted("ok");
            return;
        }

        _errors.Add(1, new KeyValuePair<string, object?>(MetricTags.ErrorType, failure.Error.Code.Name));
        if (failure.Class == FailureClass.ToldToWait)
        {
            Totals.Add(MeterTotal.RateLimitWaits);
            _rateLimitWaits.Add(1);
            Attempted("told_to_wait");
            return;
        }

        Totals.Add(MeterTotal.AttemptsFailed);
        if (failure.TimedOut)
        {
            Totals.Add(MeterTotal.Timeouts);
        }
        else if (failure.Error.Code == ErrorCodes.NotionUnreachable)
        {
            Totals.Add(MeterTotal.ConnectionErrors);
        }

        Attempted("failed");
    }

    public void Retried()
    {
        Totals.Add(MeterTotal.Retries);
        _retries.Add(1);
    }

    /// <summary>Something that waited for one thing waits for another; <see cref="WaitReason.None"/>: it was not, or is no longer, under way.</summary>
    public void Waits(WaitReason before, WaitReason now)
    {
        if (before == now)
        {
            return;
        }

        Totals.Waits(before, -1);
        Totals.Waits(now, 1);
        if (!_waiting.Enabled)
        {
            return;
        }

        if (before != WaitReason.None)
        {
            _waiting.Add(-1, new KeyValuePair<string, object?>(MetricTags.Wait, WaitNames.Of(before)));
        }

        if (now != WaitReason.None)
        {
            _waiting.Add(1, new KeyValuePair<string, object?>(MetricTags.Wait, WaitNames.Of(now)));
        }
    }

    public void BreakerOpened()
    {
        Totals.Add(MeterTotal.BreakerActivations);
        _activations.Add(1);
    }

    public void MemoryPressureRose(string level)
    {
        Totals.Add(MeterTotal.PressureEvents);
        _pressure.Add(1, new KeyValuePair<string, object?>(MetricTags.Level, level));
    }

    public void Checkpointed()
    {
        Totals.Add(MeterTotal.Checkpoints);
        Totals.CheckpointsAMinute.Add();
        _checkpoints.Add(1);
    }

    public void FenceRefused()
    {
        Totals.Add(MeterTotal.FenceRefusals);
        _fence.Add(1);
    }

    public void Resumed(string outcome)
    {
        Totals.Add(MeterTotal.Resumes);
        Totals.Add(MeterTotal.ResumesDone, outcome == "done" ? 1 : 0);
        _resumes.Add(1, new KeyValuePair<string, object?>(MetricTags.Outcome, outcome));
    }

    public void Recovered(TimeSpan duration)
    {
        Totals.Add(MeterTotal.Recoveries, MeterTotal.RecoveryMicroseconds, duration);
        _recovery.Record(duration.TotalSeconds);
    }

    public void AdmissionRefused(string reason)
    {
        Totals.Refuse(reason);
        _refusals.Add(1, new KeyValuePair<string, object?>(MetricTags.Reason, reason));
    }

    public void Dispose() => Meter.Dispose();

    private static MeterTotal? EndOf(string outcome) => outcome switch
    {
        "done" => MeterTotal.Done,
        "failed" => MeterTotal.Failed,
        "interrupted" => MeterTotal.Interrupted,
        "refused" => MeterTotal.Refused,
        _ => null,
    };

    private void Attempted(string outcome) => _attempts.Add(1, new KeyValuePair<string, object?>(MetricTags.Outcome, outcome));
}
