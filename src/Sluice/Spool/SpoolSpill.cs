using Sluice.Buffers;

namespace Sluice.Spool;

/// <summary>Parts on their way between memory and the disk.</summary>
internal static class SpoolSpill
{
    /// <summary>
    /// Freezes a buffer, full or not, moves what it holds to the file's end, all or nothing, and lets go of its memory. Where
    /// that fails, or is cancelled, buffer and file are as they were, and filling can go on.
    /// </summary>
    public static async ValueTask<SpoolOutcome> TakeAsync(this SpoolFile file, PartBuffer buffer, CancellationToken cancellationToken)
    {
        var before = file.Length;
        var taken = false;
        try
        {
            await buffer.SpillAsync(
                async (body, token) =>
                {
                    var end = new SpoolAppendStream(file);
                    await using (end.ConfigureAwait(false))
                    {
                        await body.WriteToAsync(end, token).ConfigureAwait(false);
                    }
                },
                cancellationToken).ConfigureAwait(false);
            taken = true;
            return SpoolOutcome.Ok;
        }
        catch (SpoolWriteException e)
        {
            return e.Outcome;
        }
        finally
        {
            if (!taken && file.Length != before)
            {
                // Some pages were written, then one was not: nothing of it was taken. A failure to cut shows at the next call.
                _ = file.Truncate(before);
            }
        }
    }

    /// <summary>Fills a buffer with the file's bytes from an offset, straight into its pages, as far as either goes.</summary>
    public static SpoolOutcome Fill(this SpoolFile file, PartBuffer buffer, long offset)
    {
        while (offset < file.Length && buffer.GetMemory() is { IsEmpty: false } memory)
        {
            var outcome = file.Read(memory.Span, offset, out var read);
            if (!outcome.IsOk)
            {
                return outcome;
            }

            buffer.Advance(read);
            offset += read;
        }

        return SpoolOutcome.Ok;
    }
}
