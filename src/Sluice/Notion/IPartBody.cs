namespace Sluice.Notion;

/// <summary>The bytes of one part, readable from the start any number of times: pages in memory, or a file read again.</summary>
internal interface IPartBody
{
    /// <summary>The exact length in bytes.</summary>
    long Length { get; }

    /// <summary>
    /// Writes all bytes, in pieces of at most a page. Throws <see cref="Errors.SluiceException"/> with <c>source_changed</c>
    /// or <c>source_missing</c> where the bytes are not what they were, and never writes the last piece of such a part.
    /// </summary>
    ValueTask WriteToAsync(Stream destination, CancellationToken cancellationToken);
}
