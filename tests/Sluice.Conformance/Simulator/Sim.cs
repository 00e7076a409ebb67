using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Sluice.Simulator;
using Xunit;

namespace Sluice.Conformance.Simulator;

/// <summary>
/// A simulator on a free port, and the requests that tests make of it. Without a budget, and with a clock that only a test
/// moves, unless it says otherwise.
/// </summary>
internal sealed class Sim : IAsyncDisposable
{
    public const string Latest = "2026-03-11";
    public const string Page = "00000000-0000-4000-8000-000000000001";
    public const string Database = "00000000-0000-4000-8000-000000000002";
    public const string DataSource = "00000000-0000-4000-8000-000000000012";
    public const int MinPart = 5 << 20;

    private readonly SimulatorHost _host;
    private readonly HttpClient _client;

    private Sim(SimulatorHost host)
    {
        _host = host;
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = host.Address, Timeout = TimeSpan.FromSeconds(60) };
    }

    public Uri Address => _host.Address;

    public string? TemporaryFolder => _host.TemporaryFolder;

    public static async Task<Sim> StartAsync(Func<SimulatorOptions, SimulatorOptions>? change = null)
    {
        var options = new SimulatorOptions { Listen = "http://127.0.0.1:0", RequestsPerMinute = 0, Time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 10, 0, 20, TimeSpan.Zero)) };
        return new Sim(await SimulatorHost.StartAsync(change?.Invoke(options) ?? options, TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _host.DisposeAsync();
    }

    /// <summary>A call of the API with a JSON body, given as text.</summary>
    public async Task<Reply> CallAsync(string method, string path, string? body = null, string token = "ntn_a", string? version = Latest)
    {
        using var request = Request(method, path, token, version);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return await SendAsync(request);
    }

    /// <summary>A call of the simulator's own API.</summary>
    public async Task<Reply> AdminAsync(string method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : new StringContent(body) };
        return await SendAsync(request);
    }

    public async Task<Reply> ScriptAsync(string script) => (await AdminAsync("PUT", "/_sim/faults", script)).Ok();

    public Task<Reply> AdvanceAsync(string by) => AdminAsync("POST", "/_sim/clock", $"{{\"advance\":\"{by}\"}}");

    public async Task<string> CreateAsync(string name = "a.txt", int? parts = null, string token = "ntn_a")
    {
        var body = new JsonObject { ["filename"] = name };
        if (parts is not null)
        {
            (body["mode"], body["number_of_parts"]) = ("multi_part", parts);
        }

        return (await CallAsync("POST", "/v1/file_uploads", body.ToJsonString(), token)).Ok().Text("id");
    }

    public async Task<Reply> SendAsync(string id, byte[] bytes, int? part = null, string? type = null, string token = "ntn_a", string? version = Latest)
    {
        using var request = Request("POST", $"/v1/file_uploads/{id}/send", token, version);
        request.Content = Form(bytes, part?.ToString(CultureInfo.InvariantCulture), type);
        return await SendAsync(request);
    }

    public Task<Reply> CompleteAsync(string id, string token = "ntn_a") => CallAsync("POST", $"/v1/file_uploads/{id}/complete", token: token);

    /// <summary>A small file, uploaded and not attached.</summary>
    public async Task<string> UploadAsync(string name = "a.txt", byte[]? bytes = null, string token = "ntn_a")
    {
        var id = await CreateAsync(name, token: token);
        (await SendAsync(id, bytes ?? "hello"u8.ToArray(), token: token)).Ok();
        return id;
    }

    /// <summary>Attaches an upload as a block; <paramref name="more"/>: further fields of the type object, each after a comma.</summary>
    public Task<Reply> AppendAsync(string id, string type = "file", string more = "", string token = "ntn_a") =>
        CallAsync("PATCH", $"/v1/blocks/{Page}/children", "{\"children\":[{\"type\":\"" + type + "\",\"" + type + "\":{\"type\":\"file_upload\",\"file_upload\":{\"id\":\"" + id + "\"}" + more + "}}]}", token);

    public Task<Reply> RetrieveAsync(string id, string token = "ntn_a") => CallAsync("GET", $"/v1/file_uploads/{id}", token: token);

    /// <summary>A plain GET, as a download is one.</summary>
    public async Task<(int Status, byte[] Bytes, HttpResponseMessage Response)> GetAsync(string url, string? range = null, string method = "GET")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), url);
        request.Headers.TryAddWithoutValidation("Range", range);
        var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), response);
    }

    public async Task<Reply> SendAsync(HttpRequestMessage request)
    {
        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Reply((int)response.StatusCode, text, response.Headers.RetryAfter?.ToString(), response.Content.Headers.ContentType?.ToString(), response.Headers.Contains("x-notion-request-id"), response.Headers.Contains("cf-ray"));
    }

    public static HttpRequestMessage Request(string method, string path, string token = "ntn_a", string? version = Latest)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path) { Version = HttpVersion.Version11 };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        if (version is not null)
        {
            request.Headers.TryAddWithoutValidation("Notion-Version", version);
        }

        return request;
    }

    public static ByteArrayContent Form(byte[] bytes, string? part, string? type = null, string fileName = "file")
    {
        var head = $"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{fileName}\"\r\n{(type is null ? "" : $"Content-Type: {type}\r\n")}\r\n";
        var tail = part is null ? "\r\n--b--\r\n" : $"\r\n--b\r\nContent-Disposition: form-data; name=\"part_number\"\r\n\r\n{part}\r\n--b--\r\n";
        var content = new ByteArrayContent([.. Encoding.UTF8.GetBytes(head), .. bytes, .. Encoding.UTF8.GetBytes(tail)]);
        content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");
        return content;
    }

    /// <summary>Bytes that are different for every seed.</summary>
    public static byte[] Bytes(int count, int seed = 1)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static string Sha256(params byte[][] pieces) => Convert.ToHexStringLower(SHA256.HashData(pieces.SelectMany(p => p).ToArray()));
}
