using System.Runtime.CompilerServices;

namespace Sluice.Notion;

/// <summary>The way of a body to the connection: counts, reports, and lets no byte more out than was announced.</summary>
internal sealed class SentStream(Stream destination, long length, AttemptReporter reporter) : Stream
{
    private long _sent;

    /// <summary>True while the bytes written are a file's: only those are told as progress in bytes, everything else as progress of none.</summary>
    public bool CarriesFile { get; set; }

    /// <summary>True once the connection took bytes no more: the failure is the network's, not the source's.</summary>
    public bool Broken { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => length;

    public override long Position
    {
        get => _sent;
        set => throw new NotSupportedException();
    }

    // Towards a real line most writes end late: a pooled builder keeps them free of allocations (bench/allocations.json).
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length > length - _sent)
        {
            throw new InvalidOperationException($"A request body of {length} bytes wants to be longer.");
        }

        try
        {
            await destination.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Broken = true;
            throw;
        }

        _sent += buffer.Length;
        reporter.Progress(CarriesFile ? buffer.Length : 0);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask; // the whole body is flushed at its end

    public override void Flush()
    {
        // As above.
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Bodies are written asynchronously.");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
