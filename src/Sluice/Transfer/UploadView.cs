using Sluice.Buffers;
using Sluice.Diagnostics;
using Sluice.Errors;

namespace Sluice.Transfer;

/// <summary>What a session shows to the outside while it runs: counters and the parts under way. Written by the session, read by anyone.</summary>
internal sealed class UploadView(TimeProvider time, UploadTelemetry? telemetry = null, bool hasEvents = true)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<int, PartView> _parts = [];
    private UploadSnapshot _state = new();
    private WaitReason _wait;
    private long? _waitUntil;
    private long _bytesSent;
    private int _retries;
    private LinePlace? _place;
    private long _granted;
    private bool _fillsAtOnce;

    /// <summary>A part that is here within this time of its ticket came as fast as it could be taken (design: a slower fill belongs into the spool).</summary>
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(2);

    /// <summary>Hears what happens, once each; null: nobody does.</summary>
    public UploadTelemetry? Telemetry => telemetry;

    public EventStream Events { get; } = new(time, hasEvents);

    /// <summary>Our id; empty before there is one.</summary>
    public string UploadId => telemetry?.UploadId ?? "";

    public long BytesSent => Interlocked.Read(ref _bytesSent);

    public int Retries => Volatile.Read(ref _retries);

    /// <summary>Changes the plain facts.</summary>
    public void Set(Func<UploadSnapshot, UploadSnapshot> change)
    {
        lock (_lock)
        {
            _state = change(_state);
        }
    }

    /// <summary>What the upload as a whole waits for, while no part is under way.</summary>
    public void Waiting(WaitReason reason, TimeSpan? expected = null)
    {
        WaitReason before;
        lock (_lock)
        {
            (before, _wait) = (_wait, reason);
            _waitUntil = expected is { } e ? time.GetTimestamp() + (long)(e.TotalSeconds * time.TimestampFrequency) : null;
        }

        telemetry?.Waits(before, reason);
    }

    /// <summary>Its place in the line for part memory.</summary>
    public void StandsAt(LinePlace place)
    {
        lock (_lock)
        {
            _place = place;
        }
    }

    /// <summary>It got memory for a part, which is filled from here on.</summary>
    public void FillBegins() => Interlocked.Exchange(ref _granted, time.GetTimestamp());

    /// <summary>The part is filled: how long that took says whether the next one would be here at once.</summary>
    public void FillEnded()
    {
        if (Interlocked.Exchange(ref _granted, 0) is var since and not 0)
        {
            Volatile.Write(ref _fillsAtOnce, time.GetElapsedTime(since) <= AtOnce);
        }
    }

    /// <summary>
    /// Active: it holds a part buffer or a send. Queued: it waits for its turn among uploads, or for memory that it would fill at
    /// once, as its last part showed; who was never that fast merely trickles, and is not queued.
    /// </summary>
    public (bool Active, bool Queued) Standing()
    {
        lock (_lock)
        {
            var active = _place is { IsHolding: true } || _parts.Values.Any(static p => p.Wait is WaitReason.Connect or WaitReason.Sending or WaitReason.Response or WaitReason.Checkpoint);
            return (active, !active && (_wait == WaitReason.Queue || (_wait == WaitReason.Memory && Volatile.Read(ref _fillsAtOnce))));
        }
    }

    public PartView Begin(int number, long length)
    {
        var part = new PartView(this, number, length);
        lock (_lock)
        {
            _parts[number] = part;
        }

        part.Begun();
        return part;
    }

    public void End(PartView part)
    {
        lock (_lock)
        {
            _parts.Remove(part.Number);
        }

        part.Over();
    }

    public void AddSent(long bytes)
    {
        Interlocked.Add(ref _bytesSent, bytes);
        telemetry?.Sent(bytes);
    }

    public void AddRetry(SluiceError error)
    {
        Interlocked.Increment(ref _retries);
        telemetry?.Retried();
        Set(s => s with { LastError = error });
    }

    public UploadSnapshot Snapshot()
    {
        lock (_lock)
        {
            var underWay = new List<PartSnapshot>(_parts.Count);
            var moved = _state.AcknowledgedBytes;
            foreach (var part in _parts.Values)
            {
                var shown = part.Snapshot();
                underWay.Add(shown);
                moved += shown.Sent;
            }

            var wait = PartOfTheWait(out var until);
            return _state with
            {
                BytesSent = BytesSent,
                Retries = Retries,
                PartsUnderWay = underWay,
                MovedBytes = Math.Min(moved, _state.Length),
                Wait = wait,
                WaitRemaining = until is { } u ? Remaining(u) : null,
            };
        }
    }

    /// <summary>The upload waits for what the part that got furthest waits for: bytes on their way hide those queued behind them.</summary>
    private WaitReason PartOfTheWait(out long? until)
    {
        var best = _wait;
        until = _waitUntil;
        var rank = -1;
        foreach (var part in _parts.Values)
        {
            var r = Rank(part.Wait);
            if (r > rank)
            {
                (rank, best, until) = (r, part.Wait, part.WaitUntil);
            }
        }

        return best;
    }

    private static int Rank(WaitReason reason) => reason switch
    {
        WaitReason.Sending => 10,
        WaitReason.Response => 9,
        WaitReason.Connect => 8,
        WaitReason.Checkpoint => 7,
        WaitReason.NotBefore => 6,
        WaitReason.Breaker => 5,
        WaitReason.Pace => 4,
        WaitReason.Retry => 3,
        WaitReason.Permit => 2,
        WaitReason.Queue => 1,

        // Between two steps a part waits for nothing: then the upload's own reason holds.
        WaitReason.None => -1,
        _ => 0,
    };

    private TimeSpan Remaining(long until)
    {
        var left = time.GetElapsedTime(time.GetTimestamp(), until);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    internal long Now => time.GetTimestamp();

    internal long Timestamp(TimeSpan ahead) => time.GetTimestamp() + (long)(ahead.TotalSeconds * time.TimestampFrequency);
}
