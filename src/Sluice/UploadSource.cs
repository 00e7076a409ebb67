using Sluice.Transfer;

namespace Sluice;

/// <summary>Where an upload's bytes come from.</summary>
public abstract class UploadSource
{
    private protected UploadSource()
    {
    }

    /// <summary>A name to use where the request gives none; null where the source has none.</summary>
    internal abstract string? SuggestedName { get; }

    /// <summary>What says that two uploads have the same source: the absolute path of a file; null where nothing does.</summary>
    internal virtual string? Key => null;

    /// <summary>True where opening it may read all of it: then whatever can be refused is refused before.</summary>
    internal virtual bool Gathers => false;

    /// <summary>A file, read again wherever needed and never loaded: memory stays flat.</summary>
    /// <param name="path">Its path; relative ones are taken from the working folder.</param>
    public static UploadSource File(string path) => new FileUploadSource(Path.GetFullPath(path));

    /// <summary>
    /// A stream of a known length, read once from where it stands; parts wait in memory, within the budget, until Notion has them.
    /// It can go on after a failure only while this process lives; with Spool:Keep <c>all</c> it is gathered in the spool first, and can be gone on with later.
    /// </summary>
    /// <param name="stream">Read by this upload alone; not disposed.</param>
    /// <param name="length">How many bytes it gives, 1 or more.</param>
    public static UploadSource Stream(Stream stream, long length) => new StreamUploadSource(stream, length);

    /// <summary>
    /// A stream of unknown length: gathered in the spool first, then sent from there. Where that is interrupted <see cref="SluiceClient.Resume"/>
    /// goes on with it, in another process too, unless Spool:Keep is <c>none</c>.
    /// </summary>
    /// <param name="stream">Read to its end before anything is sent; not disposed.</param>
    public static UploadSource Staged(Stream stream) => new StagedUploadSource(stream);

    /// <summary>Opens the source. Throws <see cref="Errors.SluiceException"/> where it cannot be read.</summary>
    internal abstract ValueTask<IByteSource> OpenAsync(SourceContext context, CancellationToken cancellationToken);
}
