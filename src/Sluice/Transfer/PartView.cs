using Sluice.Diagnostics;
using Sluice.Notion;
using Sluice.Resilience;

namespace Sluice.Transfer;

/// <summary>One part under way as the outside sees it; hears from the resilience strategies what happens to it.</summary>
internal sealed class PartView(UploadView upload, int number, long length) : ICallObserver
{
    /// <summary>Not counted among the parts under way: not begun, or over.</summary>
    private const int NotCounted = -1;

    private int _attempt;
    private int _counted = NotCounted;
    private long _begun;
    private bool _acknowledged;
    private int _wait = (int)WaitReason.Queue;
    private long _sent;
    private long _waitUntil;

    public int Number => number;

    public string UploadId => upload.UploadId;

    public WaitReason Wait => (WaitReason)Volatile.Read(ref _wait);

    public long? WaitUntil => Interlocked.Read(ref _waitUntil) is var u and not 0 ? u : null;

    public void Waiting(WaitReason reason, TimeSpan? expected)
    {
        var before = (WaitReason)Interlocked.Exchange(ref _wait, (int)reason);
        Interlocked.Exchange(ref _waitUntil, expected is { } e ? upload.Timestamp(e) : 0);
        Count(reason);
        if (reason is WaitReason.Sending or WaitReason.Connect && before is not WaitReason.Connect)
        {
            Interlocked.Increment(ref _attempt);
            Interlocked.Exchange(ref _sent, 0);
        }
    }

    public void Sent(long bytes)
    {
        Interlocked.Add(ref _sent, bytes);
        upload.AddSent(bytes);
    }

    public void AttemptEnded(NotionFailure? failure, TimeSpan duration, TimeSpan? retryIn)
    {
        upload.Telemetry?.AttemptEnded(number, failure);
        if (failure is null)
        {
            return;
        }

        Interlocked.Exchange(ref _sent, 0);
        if (retryIn is not null)
        {
            upload.AddRetry(failure.Error);
            upload.Events.Add(UploadEventKind.Retrying, number > 0 ? number : null, failure.Error, retryIn);
        }
    }

    /// <summary>It is under way from here on, and waits for exactly one thing until it is over.</summary>
    public void Begun()
    {
        _begun = upload.Now;
        Volatile.Write(ref _counted, (int)WaitReason.Queue);
        upload.Telemetry?.Waits(WaitReason.None, WaitReason.Queue);
    }

    /// <summary>Notion has it, and where rows are written its row is durable.</summary>
    public void Acknowledged() => _acknowledged = true;

    /// <summary>It is not under way any more.</summary>
    public void Over()
    {
        if (Interlocked.Exchange(ref _counted, NotCounted) is var last and not NotCounted)
        {
            upload.Telemetry?.Waits((WaitReason)last, WaitReason.None);
            upload.Telemetry?.PartEnded(_acknowledged, _begun);
        }
    }

    /// <summary>Moves it to another reason; between two of them it stays with the one it had.</summary>
    private void Count(WaitReason reason)
    {
        int before;
        do
        {
            before = Volatile.Read(ref _counted);
            if (before == NotCounted || reason == WaitReason.None)
            {
                return;
            }
        }
        while (Interlocked.CompareExchange(ref _counted, (int)reason, before) != before);

        upload.Telemetry?.Waits((WaitReason)before, reason);
    }

    public PartSnapshot Snapshot() => new(number, length, Math.Min(Interlocked.Read(ref _sent), length), Math.Max(1, Volatile.Read(ref _attempt)), Wait);
}
