using Sluice.Buffers;

namespace Sluice.Spool;

/// <summary>The right to bytes on the disk. Goes back once, whoever disposes it and how often.</summary>
internal sealed class SpoolReservation : IDisposable
{
    private readonly SpoolSpace _space;
    private long _bytes;

    internal SpoolReservation(SpoolSpace space, LinePlace place, long bytes)
    {
        _space = space;
        Place = place;
        _bytes = bytes;
    }

    /// <summary>Whose it is.</summary>
    public LinePlace Place { get; }

    /// <summary>How many bytes; 0 once it went back.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>More, where so much is free now. Never waits: who waited here would hold space while waiting for space.</summary>
    public bool TryGrow(long by) => _space.TryGrow(this, by);

    /// <summary>Gives back what turned out not to be needed.</summary>
    public void ShrinkTo(long bytes) => _space.Shrink(this, bytes);

    /// <inheritdoc />
    public void Dispose() => _space.Shrink(this, 0);

    internal void SetUnderLock(long bytes) => Volatile.Write(ref _bytes, bytes);
}
