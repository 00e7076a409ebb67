namespace Sluice.Transfer;

/// <summary>A file by its path.</summary>
internal sealed class FileUploadSource(string path) : UploadSource
{
    internal override string? Key => path;

    internal override string? SuggestedName => Path.GetFileName(path);

    internal override ValueTask<IByteSource> OpenAsync(SourceContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IByteSource>(FileByteSource.Open(path));
}
