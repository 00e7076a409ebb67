using Sluice.Simulator.State;

namespace Sluice.Simulator.Serving;

/// <summary>A request's body: its bytes are counted and, where a bandwidth is set, taken no faster.</summary>
internal sealed class CountedStream(Stream body, SimulatorState state) : Stream
{
    /// <summary>Bytes taken so far.</summary>
    public long Taken { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => Taken;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await body.ReadAsync(buffer, cancellationToken);
        Taken += read;
        TimeSpan wait;
        lock (state.Lock)
        {
            state.BodyBytes += read;
            wait = state.Bandwidth.Take(read, state.Switches.Bandwidth);
        }

        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, state.Options.Time, cancellationToken);
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
