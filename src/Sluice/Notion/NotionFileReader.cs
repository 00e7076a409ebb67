using System.Net;
using System.Net.Http.Headers;
using Sluice.Errors;
using Sluice.Resilience;

namespace Sluice.Notion;

/// <summary>
/// Reads a stored file back through its signed address. The address is a secret: it is asked for again whenever it is needed
/// and appears in no error. The token is not sent: the file's host is not Notion's API.
/// </summary>
internal sealed class NotionFileReader : IDisposable
{
    private const int BufferSize = 64 << 10;

    private readonly HttpMessageInvoker _invoker;
    private readonly TimeoutOptions _timeouts;
    private readonly RetryOptions _retry;
    private readonly TimeProvider _time;
    private readonly bool _clearText;

    /// <param name="connections">Limits of the HTTP connections.</param>
    /// <param name="timeouts">Response limits the wait for an answer, Read a body that does not move.</param>
    /// <param name="retry">How often in a row, and after which delays, a read that brought nothing is repeated.</param>
    /// <param name="time">The clock.</param>
    /// <param name="clearText">True where addresses without TLS are followed: the API itself is called without it.</param>
    /// <param name="handler">Carries requests in place of sockets; stays its owner's.</param>
    public NotionFileReader(ConnectionOptions connections, TimeoutOptions timeouts, RetryOptions retry, TimeProvider time, bool clearText, HttpMessageHandler? handler = null)
    {
        _invoker = handler is null
            ? new HttpMessageInvoker(NotionHttpHandlerFactory.Create(connections, NotionHttpHandlerFactory.CreateConnections(connections)), disposeHandler: true)
            : new HttpMessageInvoker(handler, disposeHandler: false);
        (_timeouts, _retry, _time, _clearText) = (timeouts, retry, time, clearText);
    }

    /// <summary>
    /// Copies the stored file, every byte once and in order, over as many requests as it takes.
    /// </summary>
    /// <param name="locate">Asks Notion for the file with a fresh signed address.</param>
    /// <param name="length">The length the file must have.</param>
    /// <param name="destination">Takes the bytes.</param>
    /// <param name="cancellationToken">Ends the copy.</param>
    /// <returns>Null where all bytes were copied; <c>checksum_mismatch</c> where the stored file has another length or changed meanwhile.</returns>
    public async Task<SluiceError?> CopyAsync(Func<CancellationToken, Task<NotionResult<NotionFile>>> locate, long length, Stream destination, CancellationToken cancellationToken)
    {
        var position = 0L;
        var fruitless = 0;
        EntityTagHeaderValue? tag = null;
        while (true)
        {
            var located = await locate(cancellationToken).ConfigureAwait(false);
            if (!located.TryGet(out var file, out var failure))
            {
                return failure.Error;
            }

            if (Address(file.Url) is not { } address)
            {
                return new SluiceError(ErrorCodes.NotionRefused, "Notion gave no address under which the stored file could be read back safely.");
            }

            var read = await ReadAsync(address, position, length, tag, found => tag ??= found, destination, cancellationToken).ConfigureAwait(false);
            position += read.Bytes;
            if (read.Refusal is not null || (position == length && read.Problem is null))
            {
                return read.Refusal;
            }

            fruitless = read.Bytes > 0 ? 1 : fruitless + 1;
            if (fruitless >= _retry.MaxAttempts)
            {
                return new SluiceError(ErrorCodes.NotionUnreachable, $"The stored file could not be read back ({read.Problem}); {position:N0} of {length:N0} bytes were. {ErrorCodes.NotionUnreachable.Advice}");
            }

            var delay = _retry.InitialDelay * Math.Pow(_retry.ExponentialBase, fruitless - 1);
            await Task.Delay(delay < _retry.MaxDelay ? delay : _retry.MaxDelay, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _invoker.Dispose();

    private Uri? Address(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || (_clearText && uri.Scheme == Uri.UriSchemeHttp)) ? uri : null;

    private async Task<StoredFileRead> ReadAsync(
        Uri address, long position, long length, EntityTagHeaderValue? tag, Action<EntityTagHeaderValue?> found, Stream destination, CancellationToken cancellationToken)
    {
        using var limit = new StallLimit(_timeouts.Response, _time, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        if (position > 0)
        {
            request.Headers.Range = new RangeHeaderValue(position, to: null);
        }

        var copied = 0L;
        var writing = false;
        try
        {
            using var response = await _invoker.SendAsync(request, limit.Token).ConfigureAwait(false);
            if (Mismatch(response, position, length, tag) is { } refusal)
            {
                return new(0, refusal, Problem: null);
            }

            if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
            {
                return new(0, Refusal: null, $"status {(int)response.StatusCode}");
            }

            found(response.Headers.ETag);
            var skip = response.StatusCode == HttpStatusCode.OK ? position : 0; // a server without ranges begins at the start
            var stream = await response.Content.ReadAsStreamAsync(limit.Token).ConfigureAwait(false);
            var buffer = new byte[BufferSize];
            while (true)
            {
                limit.Restart(_timeouts.Read);
                var read = await stream.ReadAsync(buffer, limit.Token).ConfigureAwait(false);
                if (read == 0)
                {
                    return new(copied, Refusal: null, position + copied == length ? null : "the answer ended early");
                }

                var skipped = (int)Math.Min(skip, read);
                skip -= skipped;
                if (position + copied + read - skipped > length)
                {
                    return new(copied, Longer(length), Problem: null);
                }

                writing = true;
                await destination.WriteAsync(buffer.AsMemory(skipped, read - skipped), cancellationToken).ConfigureAwait(false);
                writing = false;
                copied += read - skipped;
            }
        }
        catch (Exception e) when (!writing && !cancellationToken.IsCancellationRequested && e is HttpRequestException or IOException or OperationCanceledException)
        {
            return new(copied, Refusal: null, limit.Token.IsCancellationRequested ? "nothing came any more" : "the connection broke");
        }
    }

    private static SluiceError? Mismatch(HttpResponseMessage response, long position, long length, EntityTagHeaderValue? tag)
    {
        if (tag is not null && response.IsSuccessStatusCode && response.Headers.ETag is { } now && !now.Equals(tag))
        {
            return new SluiceError(ErrorCodes.ChecksumMismatch, "The stored file changed while it was read back. Upload it again.");
        }

        var range = response.Content.Headers.ContentRange;
        long? stored = response.StatusCode switch
        {
            HttpStatusCode.OK => response.Content.Headers.ContentLength,
            HttpStatusCode.PartialContent => range?.Length ?? response.Content.Headers.ContentLength + position,
            HttpStatusCode.RequestedRangeNotSatisfiable => range?.Length ?? position,
            _ => null,
        };
        if (stored is { } bytes && bytes != length)
        {
            return new SluiceError(ErrorCodes.ChecksumMismatch, $"The stored file has {bytes:N0} bytes and should have {length:N0}. Upload it again.");
        }

        var start = response.StatusCode == HttpStatusCode.PartialContent ? range?.From ?? position : position;
        return start == position ? null : new SluiceError(ErrorCodes.ChecksumMismatch, "The stored file was given from another place than was asked for. Try again.");
    }

    private static SluiceError Longer(long length) => new(ErrorCodes.ChecksumMismatch, $"The stored file is longer than the {length:N0} bytes it should have. Upload it again.");
}
