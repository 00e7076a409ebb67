using System.Globalization;
using System.Net;
using System.Text;
using Sluice.Errors;

namespace Sluice.Cli.Serving;

/// <summary>One file brought to a gateway as any tus 1.0.0 client would: POST, then PATCH from the offset that HEAD tells, until the offset is the length.</summary>
internal sealed class TusUpload : IDisposable
{
    /// <summary>Between tries that brought nothing further; as tus-js-client has them.</summary>
    private static readonly TimeSpan[] Delays = [TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(5)];

    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private readonly Uri _url;

    private TusUpload(HttpClient http, Uri url, TimeProvider time) => (_http, _url, _time) = (http, url, time);

    /// <summary>The upload's id: the end of its URL.</summary>
    public string Id => _url.Segments[^1];

    /// <summary>Makes the upload.</summary>
    /// <exception cref="SluiceException">The gateway refused it.</exception>
    public static async Task<TusUpload> CreateAsync(Uri gateway, string name, string target, long length, TimeProvider time, CancellationToken cancellationToken)
    {
        var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        try
        {
            using var request = Request(HttpMethod.Post, new Uri(gateway, "files"));
            request.Headers.Add("Upload-Length", length.ToString(CultureInfo.InvariantCulture));
            request.Headers.Add("Upload-Metadata", $"filename {Base64(name)},target {Base64(target)}");
            using var answer = await http.SendAsync(request, cancellationToken);
            if (answer.StatusCode != HttpStatusCode.Created || answer.Headers.Location is not { } location)
            {
                throw new SluiceException(ErrorCodes.NotionRefused, $"The gateway answered {(int)answer.StatusCode} to the new upload: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
            }

            return new TusUpload(http, new Uri(gateway, location), time);
        }
        catch
        {
            http.Dispose();
            throw;
        }
    }

    /// <summary>Brings the bytes; ends when the gateway has told the last one.</summary>
    /// <exception cref="SluiceException">The upload is over without success, or four tries in a row brought nothing further.</exception>
    public async Task RunAsync(string file, CancellationToken cancellationToken)
    {
        var length = new FileInfo(file).Length;
        long offset = 0;
        for (var tries = 0; offset < length;)
        {
            var before = offset;
            offset = await PatchAsync(file, offset, cancellationToken) ?? await HeadAsync(cancellationToken) ?? offset;
            tries = offset > before ? 0 : tries + 1;
            if (tries > Delays.Length)
            {
                throw new SluiceException(ErrorCodes.Interrupted, $"Nothing moves any more at byte {offset} of {length}.");
            }

            if (tries > 0)
            {
                await Task.Delay(Delays[tries - 1], _time, cancellationToken);
            }
        }
    }

    public void Dispose() => _http.Dispose();

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static HttpRequestMessage Request(HttpMethod method, Uri url)
    {
        var request = new HttpRequestMessage(method, url);
        request.Headers.Add("Tus-Resumable", "1.0.0");
        return request;
    }

    private static long? Offset(HttpResponseMessage answer) =>
        answer.IsSuccessStatusCode && answer.Headers.TryGetValues("Upload-Offset", out var values) && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset : null;

    private async Task<long?> PatchAsync(string file, long offset, CancellationToken cancellationToken)
    {
        await using var bytes = File.OpenRead(file);
        bytes.Position = offset;
        using var request = Request(HttpMethod.Patch, _url);
        request.Headers.Add("Upload-Offset", offset.ToString(CultureInfo.InvariantCulture));
        request.Content = new StreamContent(bytes, 64 << 10);
        request.Content.Headers.Add("Content-Type", "application/offset+octet-stream");
        try
        {
            using var answer = await _http.SendAsync(request, cancellationToken);
            return Offset(answer);
        }
        catch (HttpRequestException)
        {
            // Cut on the way: HEAD tells how far it came.
            return null;
        }
    }

    private async Task<long?> HeadAsync(CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Head, _url);
        try
        {
            using var answer = await _http.SendAsync(request, cancellationToken);
            return answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone
                ? throw new SluiceException(ErrorCodes.UploadExpired, "The upload is over without success; the gateway's /api/uploads says why.")
                : Offset(answer);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
