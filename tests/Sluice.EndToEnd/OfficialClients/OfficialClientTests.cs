using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Sluice.Simulator;
using Xunit;

namespace Sluice.EndToEnd.OfficialClients;

/// <summary>Notion's own clients take the simulator for Notion: what they send arrives, and what they read they understand.</summary>
public sealed class OfficialClientTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-official-").FullName;
    private readonly HttpClient _client = new();
    private SimulatorHost _simulator = null!;

    public async ValueTask InitializeAsync() =>
        _simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Listen = "http://127.0.0.1:0", Store = Path.Combine(_folder, "store") }, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _simulator.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task The_JavaScript_SDK_uploads_attaches_and_reads_back()
    {
        var (exit, output, error) = await OfficialClient.RunAsync("node", ["sdk-upload.mjs", _simulator.Address.ToString(), "ntn_sdk"], new Dictionary<string, string>(StringComparer.Ordinal));
        Assert.True(exit == 0, error);
        var seen = JsonNode.Parse(output)!;
        var id = Text(seen, "id");
        Assert.Equal(
            """{"status":"uploaded","length":26214400}""",
            seen["completed"]!.ToJsonString());
        Assert.Equal(["1 10485760", "2 20971520", "3 26214400"], seen["parts"]!.AsArray().Select(p => $"{p!["sent"]} {p["length"]}"));
        Assert.Equal([id], seen["listed"]!.AsArray().Select(listed => listed!.GetValue<string>()));
        Assert.Equal(("named.txt", true), (Text(seen, "name"), seen["expiry"] is null));
        Assert.Equal($$"""{"status":200,"length":26214400,"sha256":"{{Text(seen, "sha256")}}"}""", seen["download"]!.ToJsonString());
        Assert.Equal("""{"status":206,"same":true}""", seen["range"]!.ToJsonString());
        Assert.Equal("""{"code":"object_not_found","status":404}""", seen["missing"]!.ToJsonString());

        var arrived = await UploadAsync(id);
        Assert.Equal(Text(seen, "sha256"), Text(arrived, "sha256"));
        Assert.Equal("größe \"25\".txt", Text(arrived, "filename"));
        Assert.Equal(seen["parts"]!.AsArray().Select(p => Text(p!, "sha256")), arrived["parts"]!.AsArray().Select(p => Text(p!, "sha256")));
        Assert.Equal(Text(seen, "block"), Text(arrived["attachments"]!.AsArray().Single()!, "block_id"));
    }

    [Theory]
    [InlineData(12_000_000, 3)]
    [InlineData(5, 1)] // always multi-part, even here
    public async Task The_command_line_tool_uploads_a_file(int length, int parts)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        var file = Path.Combine(_folder, "film.txt");
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["NOTION_API_BASE_URL"] = _simulator.Address.ToString().TrimEnd('/'),
            ["NOTION_API_TOKEN"] = "ntn_cli",
            ["NOTION_API_VERSION"] = "2026-03-11",
            ["HOME"] = _folder,
        };
        var ntn = Path.Combine(OfficialClient.Folder, "node_modules", "ntn", "bin", "ntn");
        var (exit, _, error) = await OfficialClient.RunAsync(ntn, ["files", "create", "--filename", "film.txt", "--content-type", "text/plain"], variables, file);
        Assert.True(exit == 0, error);

        var uploads = JsonNode.Parse(await _client.GetStringAsync(new Uri(_simulator.Address, "/_sim/uploads"), TestContext.Current.CancellationToken))!.AsArray();
        var arrived = await UploadAsync(Text(uploads.Single()!, "id"));
        Assert.Equal(("uploaded", "film.txt", Convert.ToHexStringLower(SHA256.HashData(bytes))), (Text(arrived, "status"), Text(arrived, "filename"), Text(arrived, "sha256")));
        Assert.Equal(
            bytes.Chunk(5 << 20).Select((part, index) => $"{(index + 1).ToString(CultureInfo.InvariantCulture)} {part.Length} {Convert.ToHexStringLower(SHA256.HashData(part))} 1"),
            arrived["parts"]!.AsArray().Select(p => $"{p!["number"]} {p["length"]} {p["sha256"]} {p["sends"]}"));
        Assert.Equal(parts, arrived["parts"]!.AsArray().Count);
    }

    private async Task<JsonNode> UploadAsync(string id) =>
        JsonNode.Parse(await _client.GetStringAsync(new Uri(_simulator.Address, $"/_sim/uploads/{id}"), TestContext.Current.CancellationToken))!;

    private static string Text(JsonNode json, string name) => json[name]!.GetValue<string>();
}
