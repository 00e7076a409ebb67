namespace Sluice.Notion;

/// <summary>One send as multipart/form-data: the bytes go from their owner's pages to the connection, no copy of the part is made.</summary>
internal sealed class PartContent : NotionContent
{
    private readonly IPartBody _body;
    private readonly byte[] _head;
    private readonly byte[] _tail;

    public PartContent(SendFileUploadRequest request, string boundary, AttemptReporter reporter)
        : base(reporter)
    {
        _body = request.Body;
        _head = MultipartForm.Head(boundary, request.FileName, request.ContentType);
        _tail = MultipartForm.Tail(boundary, request.PartNumber);
        TotalLength = _head.Length + _body.Length + _tail.Length;
        Headers.TryAddWithoutValidation("Content-Type", MultipartForm.ContentType(boundary));
    }

    protected override long TotalLength { get; }

    protected override async ValueTask WriteBodyAsync(SentStream destination, CancellationToken cancellationToken)
    {
        await destination.WriteAsync(_head, cancellationToken).ConfigureAwait(false);
        await _body.WriteToAsync(destination, cancellationToken).ConfigureAwait(false);
        if (destination.Position != _head.Length + _body.Length)
        {
            throw new InvalidOperationException($"A part of {_body.Length} bytes gave {destination.Position - _head.Length}.");
        }

        await destination.WriteAsync(_tail, cancellationToken).ConfigureAwait(false);
    }
}
