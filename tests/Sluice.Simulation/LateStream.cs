namespace Sluice.Simulation;

/// <summary>Keeps what is written, and takes every third piece a moment later than it came, as a line does that is slower than the sender.</summary>
internal sealed class LateStream(int capacity) : MemoryStream(capacity)
{
    private int _writes;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (++_writes % 3 == 0)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
        }

        Write(buffer.Span);
    }
}
