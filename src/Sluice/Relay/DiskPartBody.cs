using System.Buffers;
using Sluice.Errors;
using Sluice.Notion;

namespace Sluice.Relay;

/// <summary>A part that lies on an upload's disk, read again through one page for each attempt. The bytes are our own and not checked again.</summary>
internal sealed class DiskPartBody(FeedDisk disk, long offset, long length, int readBuffer) : IPartBody
{
    public long Length => length;

    public async ValueTask WriteToAsync(Stream destination, CancellationToken cancellationToken)
    {
        var page = ArrayPool<byte>.Shared.Rent(readBuffer);
        try
        {
            for (var done = 0L; done < length;)
            {
                var want = (int)Math.Min(readBuffer, length - done);
                var read = await disk.ReadAsync(offset + done, page.AsMemory(0, want), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    throw new SluiceException(ErrorCodes.Interrupted, "Bytes of the upload are not in the spool any more; they are asked for again.");
                }

                await destination.WriteAsync(page.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                done += read;
            }

            disk.Passed(offset, length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(page);
        }
    }
}
