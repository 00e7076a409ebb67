using System.Collections.Concurrent;

namespace Sluice.Diagnostics;

/// <summary>The sums behind the dashboard: the same events as the instruments, recorded in the same place (<see cref="SluiceMeter"/>), readable at any time. No allocation, no lock but for the minute.</summary>
internal sealed class MeterTotals(TimeProvider time)
{
    private readonly long[] _sums = new long[Enum.GetValues<MeterTotal>().Length];
    private readonly ConcurrentDictionary<string, long> _refused = new(StringComparer.Ordinal);
    private readonly long[] _waiting = new long[Enum.GetValues<WaitReason>().Length];

    /// <summary>One sum.</summary>
    public long this[MeterTotal total] => Interlocked.Read(ref _sums[(int)total]);

    /// <summary>New uploads refused for one reason.</summary>
    public long Refused(string reason) => _refused.GetValueOrDefault(reason);

    public void Refuse(string reason)
    {
        Add(MeterTotal.AdmissionRefusals);
        _refused.AddOrUpdate(reason, 1, static (_, count) => count + 1);
    }

    /// <summary>Checkpoint rows of the last minute.</summary>
    public MinuteCount CheckpointsAMinute { get; } = new(time);

    public void Add(MeterTotal total, long count = 1) => Interlocked.Add(ref _sums[(int)total], count);

    public void Add(MeterTotal count, MeterTotal microseconds, TimeSpan duration)
    {
        Add(count);
        Add(microseconds, (long)duration.TotalMicroseconds);
    }

    /// <summary>What waits for a reason now.</summary>
    public long Waiting(WaitReason reason) => Interlocked.Read(ref _waiting[(int)reason]);

    public void Waits(WaitReason reason, int change) => Interlocked.Add(ref _waiting[(int)reason], change);
}
