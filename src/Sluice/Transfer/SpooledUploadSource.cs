namespace Sluice.Transfer;

/// <summary>What an earlier run gathered in the spool.</summary>
internal sealed class SpooledUploadSource(string path) : UploadSource
{
    internal override string? SuggestedName => null;

    internal override ValueTask<IByteSource> OpenAsync(SourceContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IByteSource>(new SpooledByteSource(path));
}
