namespace Sluice.Tests.Transfer;

/// <summary>A line that takes bytes at once, but for the pieces it is told to keep until they are let through.</summary>
internal sealed class LineStream : Stream
{
    private readonly MemoryStream _taken = new();
    private readonly Dictionary<int, TaskCompletionSource> _late = [];
    private int _writes;

    /// <summary>What was let through, in order.</summary>
    public byte[] Taken => _taken.ToArray();

    /// <summary>How many pieces came.</summary>
    public int Writes => _writes;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _taken.Length;

    public override long Position
    {
        get => _taken.Length;
        set => throw new NotSupportedException();
    }

    /// <summary>The piece of that number, from 1, stays on its way until the source is completed.</summary>
    public TaskCompletionSource Keep(int piece) => _late[piece] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _writes++;
        _taken.Write(buffer.Span);
        return _late.TryGetValue(_writes, out var late) ? new ValueTask(late.Task.WaitAsync(cancellationToken)) : ValueTask.CompletedTask;
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
        // Nothing is held back.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
