namespace Sluice.Transfer;

/// <summary>A stream of unknown length, gathered in the spool.</summary>
internal sealed class StagedUploadSource(Stream stream) : UploadSource
{
    internal override string? SuggestedName => null;

    internal override ValueTask<IByteSource> OpenAsync(SourceContext context, CancellationToken cancellationToken) => throw new NotSupportedException(stream.ToString());
}
