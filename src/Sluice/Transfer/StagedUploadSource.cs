using Sluice.Errors;

namespace Sluice.Transfer;

/// <summary>A stream of unknown length, gathered in the spool first: Notion has to be told the number of parts before the first.</summary>
internal sealed class StagedUploadSource(Stream stream) : UploadSource
{
    /// <summary>The full-disk error of the operating system (ENOSPC).</summary>
    private const int NoSpace = 28;

    internal override string? SuggestedName => null;

    internal override async ValueTask<IByteSource> OpenAsync(SourceContext context, CancellationToken cancellationToken)
    {
        var path = Path.Combine(context.SpoolFolder, context.UploadId + ".spool");
        try
        {
            Directory.CreateDirectory(context.SpoolFolder);
            await GatherAsync(path, context.MaxLength, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            System.IO.File.Delete(path);
            throw (e.HResult & 0xffff) == NoSpace
                ? new SluiceException(ErrorCodes.DiskFull, $"The disk of the spool folder '{context.SpoolFolder}' is full. Free some space, or set Spool:Directory to another disk; then send the input again.", e)
                : new SluiceException(ErrorCodes.SourceMissing, $"The input could not be gathered in '{context.SpoolFolder}': {e.Message}", e);
        }
        catch
        {
            System.IO.File.Delete(path);
            throw;
        }

        return new SpooledByteSource(path);
    }

    private async Task GatherAsync(string path, long most, CancellationToken cancellationToken)
    {
        using var file = System.IO.File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        var page = new byte[128 << 10];
        var length = 0L;
        int read;
        while ((read = await stream.ReadAsync(page, cancellationToken).ConfigureAwait(false)) > 0)
        {
            if (length + read > most)
            {
                throw new SluiceException(most < 5L << 30 ? ErrorCodes.PlanLimit : ErrorCodes.TooLarge, $"The input is larger than the {most:N0} bytes that this workspace takes.");
            }

            RandomAccess.Write(file, page.AsSpan(0, read), length);
            length += read;
        }

        RandomAccess.FlushToDisk(file);
    }
}
