using System.Diagnostics;

namespace Sluice.Simulator;

/// <summary>A request's body: its bytes are counted and, where a bandwidth is set, taken no faster.</summary>
internal sealed class CountedStream(Stream body, SimulatorState state) : Stream
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _taken;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _taken;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await body.ReadAsync(buffer, cancellationToken);
        _taken += read;
        lock (state.Lock)
        {
            state.BodyBytes += read;
        }

        if (state.Options.Bandwidth > 0)
        {
            var due = TimeSpan.FromSeconds(_taken / (double)state.Options.Bandwidth) - Stopwatch.GetElapsedTime(_start);
            if (due > TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(due, state.Options.Time, cancellationToken);
            }
        }

        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
