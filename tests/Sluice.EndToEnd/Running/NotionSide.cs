using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Sluice.EndToEnd.Running;

/// <summary>The simulator as a test sees it: what arrived, and what shall go wrong.</summary>
internal sealed class NotionSide(Uri address) : IDisposable
{
    public const string Page = "00000000-0000-4000-8000-000000000001";
    public const string Database = "00000000-0000-4000-8000-000000000002";
    public const string NotShared = "00000000-0000-4000-8000-000000000003";
    public const string DataSource = "00000000-0000-4000-8000-000000000012";

    private readonly HttpClient _client = new() { BaseAddress = address };

    public Uri Address => address;

    /// <summary>Every upload, the first made first.</summary>
    public async Task<IReadOnlyList<JsonElement>> UploadsAsync() => [.. (await GetAsync("/_sim/uploads")).EnumerateArray()];

    /// <summary>One upload with its parts and its whole digest.</summary>
    public Task<JsonElement> UploadAsync(string id) => GetAsync($"/_sim/uploads/{id}");

    public Task<JsonElement> StatsAsync() => GetAsync("/_sim/stats");

    /// <summary>Body bytes of sends taken so far.</summary>
    public async Task<long> BodyBytesAsync() => (await StatsAsync()).GetProperty("body_bytes").GetInt64();

    /// <summary>How often an endpoint was answered with a status, such as <c>send 200</c>.</summary>
    public async Task<long> AnswersAsync(string endpointAndStatus) =>
        (await StatsAsync()).GetProperty("answers").TryGetProperty(endpointAndStatus, out var count) ? count.GetInt64() : 0;

    /// <summary>Replaces the fault rules: a JSON array (docs/simulator.md).</summary>
    public Task FaultsAsync(string rules) => SendAsync(HttpMethod.Put, "/_sim/faults", rules);

    public Task ProfileAsync(string name) => SendAsync(HttpMethod.Put, "/_sim/profile", $"{{\"profile\":\"{name}\"}}");

    /// <summary>Moves the simulator's clock ahead, such as by <c>90s</c>.</summary>
    public Task AdvanceAsync(string time) => SendAsync(HttpMethod.Post, "/_sim/clock", $"{{\"advance\":\"{time}\"}}");

    /// <summary>Where uploads of a file's name were attached, over all its generations.</summary>
    public async Task<IReadOnlyList<JsonElement>> AttachmentsAsync(string fileName) =>
        [.. (await UploadsAsync()).Where(u => u.GetProperty("filename").GetString() == fileName).SelectMany(u => u.GetProperty("attachments").EnumerateArray())];

    /// <summary>The blocks of the page, in order, as Notion's own API lists them.</summary>
    public async Task<IReadOnlyList<JsonElement>> BlocksAsync(string page = Page) =>
        [.. (await SendAsync(HttpMethod.Get, $"/v1/blocks/{page}/children?page_size=100", null)).GetProperty("results").EnumerateArray()];

    public Task<JsonElement> PageAsync(string id) => SendAsync(HttpMethod.Get, $"/v1/pages/{id}", null);

    /// <summary>The rows of the database.</summary>
    public async Task<IReadOnlyList<JsonElement>> RowsAsync() =>
        [.. (await SendAsync(HttpMethod.Post, $"/v1/data_sources/{DataSource}/query", "{}")).GetProperty("results").EnumerateArray()];

    /// <summary>Makes a row without files; its page id.</summary>
    public async Task<string> MakeRowAsync() => (await SendAsync(
        HttpMethod.Post,
        "/v1/pages",
        $$$$"""{"parent":{"data_source_id":"{{{{DataSource}}}}"},"properties":{"Name":{"title":[{"text":{"content":"a row"}}]}}}""")).GetProperty("id").GetString()!;

    /// <summary>The names of the files that a property of a page or row holds.</summary>
    public async Task<IReadOnlyList<string?>> FilesAsync(string page, string property = "Files") =>
        [.. (await PageAsync(page)).GetProperty("properties").GetProperty(property).GetProperty("files").EnumerateArray().Select(f => f.GetProperty("name").GetString())];

    public void Dispose() => _client.Dispose();

    private async Task<JsonElement> GetAsync(string path) => await SendAsync(HttpMethod.Get, path, null);

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, string? body)
    {
        using var request = new HttpRequestMessage(method, path);
        if (path.StartsWith("/v1/", StringComparison.Ordinal))
        {
            // A connection of its own, whose requests count against no other's budget.
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "the-test-itself");
            request.Headers.Add("Notion-Version", "2026-03-11");
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var answer = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode} {text}");
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }
}
