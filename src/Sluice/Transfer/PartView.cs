using Sluice.Diagnostics;
using Sluice.Notion;
using Sluice.Resilience;

namespace Sluice.Transfer;

/// <summary>One part under way as the outside sees it; hears from the resilience strategies what happens to it.</summary>
internal sealed class PartView(UploadView upload, int number, long length) : ICallObserver
{
    private int _attempt;
    private int _wait = (int)WaitReason.Queue;
    private long _sent;
    private long _waitUntil;

    public int Number => number;

    public WaitReason Wait => (WaitReason)Volatile.Read(ref _wait);

    public long? WaitUntil => Interlocked.Read(ref _waitUntil) is var u and not 0 ? u : null;

    public void Waiting(WaitReason reason, TimeSpan? expected)
    {
        var before = (WaitReason)Interlocked.Exchange(ref _wait, (int)reason);
        Interlocked.Exchange(ref _waitUntil, expected is { } e ? upload.Timestamp(e) : 0);
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

    public PartSnapshot Snapshot() => new(number, length, Math.Min(Interlocked.Read(ref _sent), length), Math.Max(1, Volatile.Read(ref _attempt)), Wait);
}
