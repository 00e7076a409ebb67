using Sluice.Diagnostics;
using Sluice.Notion;
using Sluice.Resilience;

namespace Sluice.Tests.Resilience;

/// <summary>Notes what a call's observer is told.</summary>
internal sealed class RecordingObserver : ICallObserver
{
    private readonly Lock _lock = new();
    private readonly List<(WaitReason Reason, TimeSpan? Expected)> _waits = [];
    private readonly List<(NotionFailure? Failure, TimeSpan Duration, TimeSpan? RetryIn)> _attempts = [];
    private long _sent;

    public IReadOnlyList<(WaitReason Reason, TimeSpan? Expected)> Waits
    {
        get
        {
            lock (_lock)
            {
                return [.. _waits];
            }
        }
    }

    public IReadOnlyList<(NotionFailure? Failure, TimeSpan Duration, TimeSpan? RetryIn)> Attempts
    {
        get
        {
            lock (_lock)
            {
                return [.. _attempts];
            }
        }
    }

    public long BytesSent => Interlocked.Read(ref _sent);

    /// <summary>The wait under way.</summary>
    public WaitReason Now => Waits is [.., var last] ? last.Reason : WaitReason.None;

    /// <summary>The reasons without those that follow themselves.</summary>
    public WaitReason[] Story => [.. Waits.Select(w => w.Reason).Where((reason, i) => i == 0 || Waits[i - 1].Reason != reason)];

    public void Waiting(WaitReason reason, TimeSpan? expected)
    {
        lock (_lock)
        {
            _waits.Add((reason, expected));
        }
    }

    public void Sent(long bytes) => Interlocked.Add(ref _sent, bytes);

    public void AttemptEnded(NotionFailure? failure, TimeSpan duration, TimeSpan? retryIn)
    {
        lock (_lock)
        {
            _attempts.Add((failure, duration, retryIn));
        }
    }
}
