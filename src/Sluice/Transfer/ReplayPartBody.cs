using System.Buffers;
using Sluice.Errors;
using Sluice.Integrity;
using Sluice.Notion;

namespace Sluice.Transfer;

/// <summary>
/// A part read again from its source, one page at a time. Where the source could have changed since it was hashed, both
/// readings run through XxHash128 and the last piece is held back until they agree, so that Notion never gets a whole part
/// of other bytes than those that were hashed.
/// </summary>
internal sealed class ReplayPartBody(IByteSource source, int number, long offset, long length, UInt128? fingerprint, int readBuffer) : IPartBody
{
    public long Length => length;

    /// <summary>What to throw where a part is not what it was.</summary>
    public static SluiceException Changed(int number, long offset) =>
        new(ErrorCodes.SourceChanged, $"Part {number} (from byte {offset:N0}) changed while it was uploaded. Start over with --restart once the file is no longer written to.");

    public async ValueTask WriteToAsync(Stream destination, CancellationToken cancellationToken)
    {
        var hash = fingerprint is null ? null : new PartFingerprint();
        var page = ArrayPool<byte>.Shared.Rent(readBuffer);
        try
        {
            var done = 0L;
            while (done < length)
            {
                var want = (int)Math.Min(readBuffer, length - done);
                var read = await source.ReadAsync(offset + done, page.AsMemory(0, want), cancellationToken).ConfigureAwait(false);
                hash?.Append(page.AsSpan(0, read));
                done += read;
                if (read == 0 || (done == length && hash is not null && hash.Complete() != fingerprint))
                {
                    throw Changed(number, offset);
                }

                await destination.WriteAsync(page.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            }

            source.Passed(offset, length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(page);
        }
    }
}
