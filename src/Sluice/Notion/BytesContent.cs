namespace Sluice.Notion;

/// <summary>
/// A small body held in memory: JSON, or nothing at all. An empty body is still a body: without one the handler would
/// repeat a call by itself when a kept connection turns out to be closed.
/// </summary>
internal sealed class BytesContent : NotionContent
{
    private readonly byte[] _bytes;

    public BytesContent(byte[] bytes, string? contentType, AttemptReporter reporter)
        : base(reporter)
    {
        _bytes = bytes;
        if (contentType is not null)
        {
            Headers.TryAddWithoutValidation("Content-Type", contentType);
        }
    }

    protected override long TotalLength => _bytes.Length;

    protected override ValueTask WriteBodyAsync(SentStream destination, CancellationToken cancellationToken) =>
        _bytes.Length == 0 ? ValueTask.CompletedTask : destination.WriteAsync(_bytes, cancellationToken);
}
