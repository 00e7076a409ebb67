using Sluice.Errors;
using Sluice.Spool;

namespace Sluice.Transfer;

/// <summary>What an earlier run gathered in the spool: the record says how long it was, and all of it has to be there.</summary>
internal sealed class SpooledUploadSource(string uploadId, long length) : UploadSource
{
    internal override string? SuggestedName => null;

    internal override ValueTask<IByteSource> OpenAsync(SourceContext context, CancellationToken cancellationToken)
    {
        var folder = context.Spool.Folder;
        var (stay, outcome) = folder.Open(uploadId);
        if (stay is null)
        {
            throw new SluiceException(SpoolErrors.Of(folder.Shown, outcome));
        }

        if (stay.File.Length != length)
        {
            // It stays as it is: whoever wants to look at what is left of it can.
            var there = stay.File.Length;
            stay.Dispose();
            throw new SluiceException(SpoolErrors.Torn(uploadId, there, length));
        }

        return ValueTask.FromResult<IByteSource>(new SpooledByteSource(stay, folder.Shown, keep: true));
    }
}
