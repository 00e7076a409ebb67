using Sluice.Buffers;
using Sluice.Checkpoints;
using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Settings;
using Sluice.Spool;

namespace Sluice.Transfer;

/// <summary>
/// A caller's stream of a known length. With Spool:Keep <c>all</c> it is gathered in the spool first, under space taken at once
/// for all of it, so that any pause can be gone on from; where the spool has no room for it, or its disk gives up in the middle,
/// it goes on through memory from where it is.
/// </summary>
internal sealed class StreamUploadSource(Stream stream, long length) : UploadSource
{
    internal override string? SuggestedName => null;

    internal override bool Gathers => true;

    internal override async ValueTask<IByteSource> OpenAsync(SourceContext context, CancellationToken cancellationToken)
    {
        var wanted = context.Options.Spool.Keep == SpoolKeep.All && length > 0 && length <= context.MaxLength
            && FeatureSwitch.IsOn(context.UploadId, nameof(context.Options.Features.Spool), context.Options.Features.Spool);
        if (!wanted)
        {
            return new ByteSource(stream, length);
        }

        if (await BeginAsync(context, cancellationToken).ConfigureAwait(false) is not { } stay)
        {
            return new ByteSource(stream, length);
        }

        try
        {
            return await GatherAsync(context, stay, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            stay.Dispose();
            throw;
        }
    }

    private async ValueTask<SpoolStay?> BeginAsync(SourceContext context, CancellationToken cancellationToken)
    {
        var folder = context.Spool.Folder;
        if (folder.Refusal() is { } refusal)
        {
            folder.GoesWithout(context.UploadId, refusal.Message);
            return null;
        }

        var space = await context.Spool.ReserveAsync(new LinePlace(context.UploadId, accepted: true), length, () => context.Waiting(WaitReason.Spool), cancellationToken).ConfigureAwait(false);
        context.Waiting(WaitReason.Client);
        if (space is null)
        {
            folder.GoesWithout(context.UploadId, SpoolErrors.OverLimit(folder).Message);
            return null;
        }

        var (stay, made) = folder.Create(context.UploadId, space);
        if (stay is null)
        {
            folder.Health.Failed(made);
            folder.GoesWithout(context.UploadId, SpoolErrors.Of(folder.Shown, made).Message);
        }

        return stay;
    }

    private async ValueTask<IByteSource> GatherAsync(SourceContext context, SpoolStay stay, CancellationToken cancellationToken)
    {
        var folder = context.Spool.Folder;

        // A disk that cannot say that it has the bytes may have lost them, and they were let go here: only then is the upload over.
        var gathered = await SpoolGathering.GatherAsync(stream, stay, length, static (_, _) => ValueTask.FromResult<SluiceError?>(null), cancellationToken).ConfigureAwait(false);
        folder.Health.Failed(gathered.Disk);
        var synced = stay.File.Sync();
        folder.Health.Failed(synced);
        if (!synced.IsOk)
        {
            throw new SluiceException(SpoolErrors.Of(folder.Shown, synced));
        }

        if (!gathered.Disk.IsOk)
        {
            // Nothing is lost: what is in the file is read from there, then what is in hand, then the rest.
            folder.GoesWithout(context.UploadId, SpoolErrors.Of(folder.Shown, gathered.Disk).Message);
            return new PrefixedByteSource(stay, gathered.InHand, stream, length, folder.Shown);
        }

        return stay.File.Length == length
            ? new SpooledByteSource(stay, folder.Shown, keep: true)
            : throw new SluiceException(ErrorCodes.SourceChanged, $"The stream ended at byte {stay.File.Length:N0} of {length:N0}: it is shorter than was said.");
    }

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
