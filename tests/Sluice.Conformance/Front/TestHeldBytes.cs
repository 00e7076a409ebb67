using Sluice.Relay;

namespace Sluice.Conformance.Front;

/// <summary>A disk in memory.</summary>
internal sealed class TestHeldBytes : IHeldBytes
{
    private readonly List<byte> _bytes = [];

    public long Start { get; private set; }

    public long End => Start + _bytes.Count;

    public bool IsWhole => false;

    public bool CanBeWhole => false;

    public ValueTask<bool> TryMakeRoomAsync(long bytes, bool trickle) => ValueTask.FromResult(true);

    public ValueTask<bool> TakeWholeAsync(CancellationToken cancellationToken) => ValueTask.FromResult(false);

    public ValueTask ForgetAsync() => ResetAsync(End, CancellationToken.None);

    public ValueTask<bool> AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        _bytes.AddRange(bytes.Span);
        return ValueTask.FromResult(true);
    }

    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
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
