using Sluice.Checkpoints;
using Sluice.Errors;

namespace Sluice.Transfer;

/// <summary>A caller's stream of a known length.</summary>
internal sealed class StreamUploadSource(Stream stream, long length) : UploadSource
{
    internal override string? SuggestedName => null;

    internal override ValueTask<IByteSource> OpenAsync(SourceContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IByteSource>(new ByteSource(stream, length));

    private sealed class ByteSource(Stream stream, long length) : IByteSource
    {
        private long _position;

        public long Length => length;

        public bool CanReread => false;

        public bool CanChange => false;

        public SourceIdentity Identity { get; } = new("stream", null, length, null, null);

        public async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
        {
            if (offset != _position)
            {
                throw new SluiceException(ErrorCodes.Interrupted, $"Bytes from {offset:N0} on are needed again and a stream is read only once: start the upload again with the stream at its beginning.");
            }

            var filled = 0;
            while (filled < buffer.Length)
            {
                var read = await stream.ReadAsync(buffer[filled..], cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    break;
                }

                filled += read;
                _position += read;
            }

            return filled;
        }

        public SluiceError? CheckUnchanged() => null;

        public ValueTask ForgetAsync() => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
