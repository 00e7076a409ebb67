using Sluice.Errors;
using Sluice.Relay;

namespace Sluice.Tests.Relay;

/// <summary>Held bytes in memory, with a limit and a disk that can refuse.</summary>
internal sealed class MemoryHeldBytes(long start, long room = long.MaxValue) : IHeldBytes
{
    private readonly List<byte> _bytes = [];

    public long Start { get; private set; } = start;

    public long End => Start + _bytes.Count;

    public bool Refuses { get; set; }

    /// <summary>The disk says that it has room and then takes nothing.</summary>
    public bool Lies { get; set; }

    /// <summary>The disk fails where it is read.</summary>
    public bool IsUnreadable { get; set; }

    /// <summary>False: the whole upload never gets its room.</summary>
    public bool CanBeWhole { get; set; } = true;

    public bool IsWhole { get; private set; }

    public ValueTask<bool> TryMakeRoomAsync(long bytes, bool trickle) => ValueTask.FromResult(!Refuses && _bytes.Count + bytes <= room);

    public ValueTask<bool> TakeWholeAsync(CancellationToken cancellationToken) => ValueTask.FromResult(IsWhole |= CanBeWhole);

    public ValueTask ForgetAsync() => ResetAsync(End, CancellationToken.None);

    public ValueTask<bool> AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (Refuses || Lies || _bytes.Count + bytes.Length > room)
        {
            return ValueTask.FromResult(false);
        }

        _bytes.AddRange(bytes.Span);
        return ValueTask.FromResult(true);
    }

    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (IsUnreadable)
        {
            throw new SluiceException(ErrorCodes.SourceMissing, "The disk cannot be read.");
        }

        var from = (int)(offset - Start);
        var count = Math.Min(buffer.Length, _bytes.Count - from);
        _bytes.GetRange(from, count).ToArray().CopyTo(buffer);
        return ValueTask.FromResult(count);
    }

    public ValueTask ForgetBeforeAsync(long offset, CancellationToken cancellationToken)
    {
        _bytes.RemoveRange(0, (int)(offset - Start));
        Start = offset;
        return ValueTask.CompletedTask;
    }

    public ValueTask ResetAsync(long start, CancellationToken cancellationToken)
    {
        _bytes.Clear();
        Start = start;
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
