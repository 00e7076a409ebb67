using Sluice.Checkpoints;
using Sluice.Errors;
using Sluice.Transfer;

namespace Sluice.Tests.Transfer;

/// <summary>A replayable source in memory that counts what was read of it and can be changed meanwhile.</summary>
internal sealed class CountedSource(byte[] bytes) : IByteSource
{
    /// <summary>The bytes as they are now.</summary>
    public byte[] Bytes { get; } = bytes;

    /// <summary>Bytes read so far, over all readings.</summary>
    public long Read { get; private set; }

    public long Length { get; } = bytes.Length;

    public bool CanReread => true;

    public bool CanChange => true;

    public SourceIdentity Identity { get; } = new("file", "memory", bytes.Length, DateTimeOffset.UnixEpoch, null);

    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var count = (int)Math.Min(buffer.Length, Bytes.Length - offset);
        Bytes.AsSpan((int)offset, count).CopyTo(buffer.Span);
        Read += count;
        return ValueTask.FromResult(count);
    }

    public SluiceError? CheckUnchanged() => null;

    public ValueTask ForgetAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
