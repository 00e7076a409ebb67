using System.Net;
using System.Text.Json;
using Sluice.Parts;
using Sluice.Tests.Notion;

namespace Sluice.Tests.Diagnostics;

/// <summary>
/// Notion's side at the scale of kilobytes, in process: uploads with parts, a page to attach to, and answers that a test puts
/// in the way of the n-th send. It counts what reached it.
/// </summary>
internal sealed class NotionStub : HttpMessageHandler
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, HashSet<int>> _parts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _attached = new(StringComparer.Ordinal);

    /// <summary>What the n-th send (from 1) is answered instead of being taken; null: it is taken.</summary>
    public Func<int, HttpResponseMessage?> InsteadOfSend { get; set; } = static _ => null;

    /// <summary>Runs before a send is answered.</summary>
    public Func<int, CancellationToken, Task>? BeforeSend { get; set; }

    public int Sends { get; private set; }

    public int Requests { get; private set; }

    public long PartBytes { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath;
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var body = request.Content is null ? [] : await ReadAsync(request.Content, cancellationToken);
        lock (_lock)
        {
            Requests++;
        }

        if (path.EndsWith("/send", StringComparison.Ordinal))
        {
            int send;
            lock (_lock)
            {
                send = ++Sends;
            }

            await (BeforeSend?.Invoke(send, cancellationToken) ?? Task.CompletedTask);
            if (InsteadOfSend(send) is { } instead)
            {
                return instead;
            }

            lock (_lock)
            {
                PartBytes += body.Length;
                _parts[segments[2]].Add(send);
                return Upload(segments[2], "pending");
            }
        }

        lock (_lock)
        {
            switch (request.Method.Method, segments)
            {
                case ("GET", [_, "users", "me"]):
                    return FakeNotion.Json("""{"id":"bot-1","name":"B","bot":{"workspace_name":"W","workspace_limits":{"max_file_upload_size_in_bytes":1048576}}}""");
                case ("POST", [_, "file_uploads"]):
                    var id = $"u-{_parts.Count + 1}";
                    _parts[id] = [];
                    Single.Add(JsonDocument.Parse(body).RootElement.GetProperty("mode").GetString() == "single_part" ? id : "");
                    return Upload(id, "pending");
                case ("POST", [_, "file_uploads", var done, "complete"]):
                    return Upload(done, "uploaded");
                case ("GET", [_, "file_uploads", var asked]):
                    return Upload(asked, _parts[asked].Count > 0 && Single.Contains(asked) ? "uploaded" : "pending");
                case ("PATCH", [_, "blocks", ..]):
                    _attached.Add(_parts.Keys.Last());
                    return FakeNotion.Json("""{"object":"list","results":[{"id":"block-1","type":"file","file":{"name":"a"}}]}""");
                default:
                    return FakeNotion.Json("""{"id":"00000000-0000-4000-8000-000000000001","url":"https://notion.test/p","properties":{},"object":"page"}""");
            }
        }
    }

    private HashSet<string> Single { get; } = new(StringComparer.Ordinal);

    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        await content.CopyToAsync(buffer, cancellationToken);
        return buffer.ToArray();
    }

    private HttpResponseMessage Upload(string id, string status)
    {
        var state = Single.Contains(id) && _parts[id].Count > 0 ? "uploaded" : status;
        var expiry = _attached.Contains(id) ? "null" : "\"2126-11-24T13:00:00.000Z\"";
        return FakeNotion.Json($$"""{"object":"file_upload","id":"{{id}}","status":"{{state}}","expiry_time":{{expiry}}}""");
    }
}
