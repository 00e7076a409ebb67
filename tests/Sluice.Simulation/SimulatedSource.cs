using Sluice.Checkpoints;
using Sluice.Errors;
using Sluice.Transfer;

namespace Sluice.Simulation;

/// <summary>A file that lives in memory: replayable, or read once; it can be changed while it is read.</summary>
internal sealed class SimulatedSource(string name, byte[] bytes, bool canReread, long? generated = null) : UploadSource
{
    public string Name => name;

    public long Length => generated ?? Bytes.Length;

    /// <summary>The bytes as they were at first.</summary>
    public byte[] Original { get; } = [.. bytes];

    public byte[] Bytes { get; } = bytes;

    /// <summary>Grows with each change of the bytes, like a file's last write.</summary>
    public int Version { get; set; }

    /// <summary>True where there are no bytes at all, only a length.</summary>
    public bool IsGenerated => generated is not null;

    /// <summary>How often it was opened.</summary>
    public int Opened { get; private set; }

    /// <summary>Is told each offset that is read.</summary>
    public Action<long> Read { get; set; } = static _ => { };

    internal override string? Key => canReread ? name : null;

    internal override string? SuggestedName => name;

    internal override ValueTask<IByteSource> OpenAsync(SourceContext context, CancellationToken cancellationToken)
    {
        Opened++;
        return ValueTask.FromResult<IByteSource>(new Open(this, canReread));
    }

    private SourceIdentity Identify() => new("file", name, Length, DateTimeOffset.UnixEpoch.AddSeconds(Version), null);

    private sealed class Open(SimulatedSource source, bool canReread) : IByteSource
    {
        private long _position;

        public long Length => source.Length;

        public bool CanReread => canReread;

        public bool CanChange => canReread && !source.IsGenerated;

        public SourceIdentity Identity { get; } = source.Identify();

        public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!canReread && offset != _position)
            {
                throw new SluiceException(ErrorCodes.Interrupted, "A stream is read only once.");
            }

            var count = (int)Math.Min(buffer.Length, source.Length - offset);
            if (!source.IsGenerated)
            {
                source.Bytes.AsMemory((int)offset, count).CopyTo(buffer);
            }

            source.Read(offset);
            _position = offset + count;
            return ValueTask.FromResult(count);
        }

        public SluiceError? CheckUnchanged() => source.Identify() == Identity ? null : new SluiceError(ErrorCodes.SourceChanged, "changed");

        public ValueTask ForgetAsync() => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
