using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Sluice.Notion;

namespace Sluice.Tests.Notion;

/// <summary>A handler that answers from a list and keeps what it was asked, and the client that uses it.</summary>
internal sealed class FakeNotion : HttpMessageHandler
{
    public const string Secret = "ntn_Zx81QwertyUiopSecret";

    private readonly Queue<Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>> _answers = new();

    public FakeNotion(string expectContinue = "auto")
    {
        Time = new FakeTimeProvider();
        Api = new NotionHttpApi(
            new NotionOptions { Url = "http://notion.test" }, new ConnectionOptions { ExpectContinue = expectContinue }, NotionToken.Parse(Secret), Time, this);
    }

    public FakeTimeProvider Time { get; }

    public NotionHttpApi Api { get; }

    public List<FakeRequest> Requests { get; } = [];

    public static HttpResponseMessage Json(string body, int status = 200) =>
        new((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    public FakeNotion Answer(string body, int status = 200) => Answer((_, _) => Task.FromResult(Json(body, status)));

    public FakeNotion Answer(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer)
    {
        _answers.Enqueue(answer);
        return this;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = _answers.Dequeue();
        var headers = request.Headers.ToDictionary(header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase);
        var record = new FakeRequest(request.Method.Method, request.RequestUri!.PathAndQuery, headers, request.Version);
        Requests.Add(record);
        if (request.Content is { } content)
        {
            record.ContentType = content.Headers.TryGetValues("Content-Type", out var types) ? string.Join(",", types) : null;
            record.ContentLength = content.Headers.ContentLength;
            using var body = new MemoryStream();
            await content.CopyToAsync(body, cancellationToken);
            record.Body = body.ToArray();
        }

        return await answer(request, cancellationToken);
    }
}
