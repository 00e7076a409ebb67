using System.Diagnostics.Metrics;

namespace Sluice.Diagnostics;

/// <summary>
/// The instruments of one client that are written when something happens; what can be read at any time is in
/// <see cref="EngineGauges"/>. Without a listener each call is a test of one field and allocates nothing (SluiceMeterTests).
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

    public SluiceMeter()
    {
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

    public void Started() => _starts.Add(1);

    public void Ended(string outcome) => _uploads.Add(1, new KeyValuePair<string, object?>(MetricTags.Outcome, outcome));

    public void Done(TimeSpan duration, long length)
    {
        _uploadSeconds.Record(duration.TotalSeconds);
        _uploadSize.Record(length);
    }

    public void DoneAtRate(TimeSpan sinceFirstByte, long length) => _per100Mb.Record(sinceFirstByte.TotalSeconds * 100e6 / length);

    public void PartEnded(string outcome) => _parts.Add(1, new KeyValuePair<string, object?>(MetricTags.Outcome, outcome));

    public void PartAcknowledged(TimeSpan duration) => _partSeconds.Record(duration.TotalSeconds);

    public void Bytes(string direction, long count) => _bytes.Add(count, new KeyValuePair<string, object?>(MetricTags.Direction, direction));

    public void AttemptEnded(string outcome) => _attempts.Add(1, new KeyValuePair<string, object?>(MetricTags.Outcome, outcome));

    public void Retried() => _retries.Add(1);

    public void Failed(string errorType) => _errors.Add(1, new KeyValuePair<string, object?>(MetricTags.ErrorType, errorType));

    public void ToldToWait() => _rateLimitWaits.Add(1);

    /// <summary>Something that waited for one thing waits for another; <see cref="WaitReason.None"/>: it was not, or is no longer, under way.</summary>
    public void Waits(WaitReason before, WaitReason now)
    {
        if (before == now || !_waiting.Enabled)
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

    public void BreakerOpened() => _activations.Add(1);

    public void MemoryPressureRose(string level) => _pressure.Add(1, new KeyValuePair<string, object?>(MetricTags.Level, level));

    public void Checkpointed() => _checkpoints.Add(1);

    public void FenceRefused() => _fence.Add(1);

    public void Resumed(string outcome) => _resumes.Add(1, new KeyValuePair<string, object?>(MetricTags.Outcome, outcome));

    public void Recovered(TimeSpan duration) => _recovery.Record(duration.TotalSeconds);

    public void AdmissionRefused(string reason) => _refusals.Add(1, new KeyValuePair<string, object?>(MetricTags.Reason, reason));

    public void Dispose() => Meter.Dispose();
}
