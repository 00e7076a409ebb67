using Sluice.Checkpoints;
using Sluice.Errors;
using Sluice.Transfer;

namespace Sluice.Simulation;

/// <summary>A file that lives in memory: replayable, or read once; it can be changed while it is read.</summary>
internal sealed class SimulatedSource(string name, byte[] bytes, bool canReread) : UploadSource
{
    public string Name => name;

    public byte[] Bytes { get; } = bytes;

    /// <summary>Grows with each change of the bytes, like a file's last write.</summary>
    public int Version { get; set; }

    internal override string? Key => canReread ? name : null;

    internal override string? SuggestedName => name;

    internal override ValueTask<IByteSource> OpenAsync(SourceContext context, CancellationToken cancellationToken) => ValueTask.FromResult<IByteSource>(new Open(this, canReread));

    private SourceIdentity Identify() => new("file", name, Bytes.Length, DateTimeOffset.UnixEpoch.AddSeconds(Version), null);

    private sealed class Open(SimulatedSource source, bool canReread) : IByteSource
    {
        private long _position;

        public long Length => source.Bytes.Length;

        public bool CanReread => canReread;

        public bool CanChange => canReread;

        public SourceIdentity Identity { get; } = source.Identify();

        public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!canReread && offset != _position)
            {
                throw new SluiceException(ErrorCodes.Interrupted, "A stream is read only once.");
            }

            var count = (int)Math.Min(buffer.Length, source.Bytes.Length - offset);
            source.Bytes.AsMemory((int)offset, count).CopyTo(buffer);
            _position = offset + count;
            return ValueTask.FromResult(count);
        }

        public SluiceError? CheckUnchanged() => source.Identify() == Identity ? null : new SluiceError(ErrorCodes.SourceChanged, "changed");

        public ValueTask ForgetAsync() => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
