using Sluice.Errors;

namespace Sluice.Spool;

/// <summary>Copies a stream into an upload's stay, one page at a time, so that memory is the same whatever its length.</summary>
internal static class SpoolGathering
{
    /// <summary>
    /// Reads until the end or until so many bytes were had. Nothing that was read is lost: what the disk did not take is given
    /// back in hand. <paramref name="room"/> is asked before the stay grows to a length, and its error ends the gathering.
    /// </summary>
    public static async ValueTask<GatheredBytes> GatherAsync(Stream stream, SpoolStay stay, long most, Func<long, CancellationToken, ValueTask<SluiceError?>> room, CancellationToken cancellationToken)
    {
        var page = new byte[SpoolConstants.Page];
        while (stay.File.Length < most)
        {
            var want = (int)Math.Min(page.Length, most - stay.File.Length);
            var read = await ReadAsync(stream, page.AsMemory(0, want), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                break;
            }

            var piece = page.AsMemory(0, read);
            if (await room(stay.File.Length + read, cancellationToken).ConfigureAwait(false) is { } refused)
            {
                return new GatheredBytes(piece, SpoolOutcome.Ok, refused);
            }

            var outcome = stay.File.Append(piece.Span);
            if (!outcome.IsOk)
            {
                return new GatheredBytes(piece, outcome, null);
            }
        }

        return new GatheredBytes(default, SpoolOutcome.Ok, null);
    }

    /// <summary>A pipe's read cannot be called back, and Ctrl-C must not wait for its writer: the read is left behind, and the page with it.</summary>
    private static ValueTask<int> ReadAsync(Stream stream, Memory<byte> page, CancellationToken cancellationToken)
    {
        var reading = stream.ReadAsync(page, cancellationToken);
        return reading.IsCompleted || !cancellationToken.CanBeCanceled ? reading : new ValueTask<int>(reading.AsTask().WaitAsync(cancellationToken));
    }
}
