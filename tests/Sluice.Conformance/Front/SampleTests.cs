using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Sluice.Simulator;
using Xunit;

namespace Sluice.Conformance.Front;

/// <summary>samples/EmbeddedGateway as it was built, as a process of its own, against the simulator.</summary>
public sealed class SampleTests
{
    private const string Password = "change-this-password-of-grace";

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_sample_takes_a_file_through_tus_to_its_user_s_page_and_enters_it_in_its_diary()
    {
        var folder = Directory.CreateTempSubdirectory("sluice-sample-").FullName;
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Listen = "http://127.0.0.1:0" }, Test);
        var (process, address) = await StartAsync(folder, simulator.Address);
        try
        {
            using var http = new HttpClient { BaseAddress = address };
            using (var stranger = await SendAsync(http, HttpMethod.Post, "/files", null, null, ("Upload-Length", "5")))
            {
                Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
            }

            var file = new byte[1_000_000];
            new Random(5).NextBytes(file);
            using var created = await SendAsync(http, HttpMethod.Post, "/files", Password, null, ("Upload-Length", $"{file.Length}"), ("Upload-Metadata", $"filename {FrontWorld.Base64("plan.txt")}"));
            Assert.Equal(HttpStatusCode.Created, created.StatusCode);
            using var content = new ByteArrayContent(file);
            content.Headers.TryAddWithoutValidation("Content-Type", "application/offset+octet-stream");
            using var sent = await SendAsync(http, HttpMethod.Patch, created.Headers.Location!.OriginalString, Password, content, ("Upload-Offset", "0"));
            Assert.Equal(HttpStatusCode.NoContent, sent.StatusCode);

            var entry = await DiaryAsync(http);
            Assert.Equal("Done", entry.GetProperty("kind").GetString());
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file)), entry.GetProperty("sha256").GetString());
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<JsonElement> DiaryAsync(HttpClient http)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        while (true)
        {
            using var answer = await SendAsync(http, HttpMethod.Get, "/diary", Password, null);
            using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Test));
            if (json.RootElement.GetArrayLength() > 0)
            {
                return json.RootElement[0].Clone();
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token);
        }
    }

    private static async Task<(Process Process, Uri Address)> StartAsync(string folder, Uri notion)
    {
        var path = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "EmbeddedGateway", new DirectoryInfo(AppContext.BaseDirectory).Name, "EmbeddedGateway"));
        var start = new ProcessStartInfo(path, ["--urls=http://127.0.0.1:0", $"--Gateway:NotionUrl={notion}", $"--Gateway:StateFolder={folder}", "--Logging:LogLevel:Microsoft.Hosting.Lifetime=Information", $"--contentRoot={Path.GetDirectoryName(path)}"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        start.Environment["NOTION_TOKEN"] = "first";
        start.Environment["RESEARCH_NOTION_TOKEN"] = "second";
        var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        const string Says = "Now listening on: ";
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.IndexOf(Says, StringComparison.Ordinal) is var at and >= 0)
            {
                // What it says later is read and dropped, so that its pipe never fills.
                _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                return (process, new Uri(line[(at + Says.Length)..].Trim()));
            }
        }

        throw new InvalidOperationException("The sample ended before it listened.");
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient http, HttpMethod method, string path, string? password, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Add("Tus-Resumable", "1.0.0");
        if (password is not null)
        {
            request.Headers.Add("X-Password", password);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await http.SendAsync(request, Test);
    }
}
