using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Sluice.Checkpoints;

namespace Sluice.Events;

/// <summary>
/// Posts events to an address, signed as Standard Webhooks says: <c>webhook-id</c> (the same in every try), <c>webhook-timestamp</c>
/// (of this try) and <c>webhook-signature</c>. Only 2xx is a yes; redirects are not followed.
/// </summary>
internal sealed class WebhookSink : IEventSink, IDisposable
{
    private static readonly TimeSpan Connect = TimeSpan.FromSeconds(5);

    private readonly Uri _address;
    private readonly byte[] _key;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    /// <summary>Makes the way to an address that <see cref="WebhookRule"/> has nothing against.</summary>
    public WebhookSink(string address, string secret, TimeProvider time, HttpMessageHandler? handler = null)
    {
        _address = new Uri(address);
        _key = WebhookSignature.Key(secret)!;
        _time = time;
        _http = new HttpClient(handler ?? new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = Connect,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            MaxConnectionsPerServer = 4,
            MaxResponseDrainSize = 64 << 10,
            MaxResponseHeadersLength = 16,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan, // the caller's token bounds each try, on his clock
        };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("Sluice");
    }

    public string Name => "the webhook";

    public async Task<SinkAnswer> TellAsync(OutboxEvent item, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var timestamp = now.ToUnixTimeSeconds();
        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new StringContent(item.Payload, Encoding.UTF8, "application/json") };
        request.Headers.Add("webhook-id", item.Id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Of(_key, item.Id, timestamp, item.Payload));
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            return answer.IsSuccessStatusCode
                ? SinkAnswer.Taken
                : new SinkAnswer(string.Create(CultureInfo.InvariantCulture, $"it answered {(int)answer.StatusCode}"), After(answer.Headers.RetryAfter, now));
        }
        catch (HttpRequestException e)
        {
            return new SinkAnswer($"it could not be reached ({e.HttpRequestError})");
        }
    }

    public void Dispose() => _http.Dispose();

    private static TimeSpan? After(RetryConditionHeaderValue? header, DateTimeOffset now) => header?.Delta ?? header?.Date - now;
}
