using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sluice.AspNetCore;
using Sluice.AspNetCore.Hosting;
using Sluice.Settings;
using Sluice.Simulator;
using Sluice.Transfer;
using Xunit;

namespace Sluice.Conformance.Front;

/// <summary>A whole gateway on loopback: front door, engine and the simulator behind it, on the machine's clock.</summary>
internal sealed class GatewayWorld : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly SimulatorHost _simulator;
    private readonly string _folder;

    private GatewayWorld(WebApplication application, SimulatorHost simulator, string folder)
    {
        (_application, _simulator, _folder) = (application, simulator, folder);
        Address = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(100) };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public TransferEngine Engine => _application.Services.GetRequiredService<GatewayEngine>().Engine!;

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    public static async Task<GatewayWorld> StartAsync(Action<GatewayOptions>? gateway = null, Action<SluiceOptions>? engine = null, SimulatorOptions? simulated = null, string token = "gateway")
    {
        var simulator = await SimulatorHost.StartAsync((simulated ?? new SimulatorOptions { RequestsPerMinute = 0 }) with { Listen = "http://127.0.0.1:0" }, Test);
        var folder = Directory.CreateTempSubdirectory("sluice-gateway-").FullName;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSluiceGateway(options =>
        {
            options.Admission.Delays = options.Admission.CpuDelays = "";
            options.Security.RequestsPerMinute = 100_000;
            gateway?.Invoke(options);
        });
        builder.Services.AddSluiceEngine((_, client) => client.UseToken(token).UseStateFolder(folder).Configure(options =>
        {
            options.Notion.Url = simulator.Address.ToString();
            options.Pacing.RequestsPerMinute = -1;
            options.Retry.InitialDelay = TimeSpan.FromMilliseconds(5);
            engine?.Invoke(options);
        }));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var application = builder.Build();
        application.MapSluice();
        await application.StartAsync(Test);
        return new GatewayWorld(application, simulator, folder);
    }

    /// <summary>A document of the gateway's API.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using var document = JsonDocument.Parse(await Client.GetStringAsync(path, Test));
        return document.RootElement.Clone();
    }

    /// <summary>The status once it says so: it is made anew each second.</summary>
    public async Task<JsonElement> StatusAsync(Func<JsonElement, bool> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        while (true)
        {
            var status = await GetAsync("/api/status");
            if (holds(status) || limit.IsCancellationRequested)
            {
                return status;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Test);
        }
    }

    /// <summary>What the simulator counted.</summary>
    public async Task<JsonElement> SimulatorAsync(string path = "/_sim/stats")
    {
        using var http = new HttpClient();
        using var document = JsonDocument.Parse(await http.GetStringAsync(new Uri(_simulator.Address, path), Test));
        return document.RootElement.Clone();
    }

    /// <summary>Asks for an upload.</summary>
    public async Task<HttpResponseMessage> CreateAsync(long length, string name = "file.bin.txt")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/files");
        request.Headers.Add("Tus-Resumable", "1.0.0");
        request.Headers.Add("Upload-Length", length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        request.Headers.Add("Upload-Metadata", $"filename {FrontWorld.Base64(name)}");
        return await Client.SendAsync(request, Test);
    }

    /// <summary>Uploads a file as a tus client does: one body, then the last byte until it is taken.</summary>
    public async Task<string> UploadAsync(byte[] file, string name = "file.bin.txt")
    {
        using var made = await CreateAsync(file.Length, name);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var path = made.Headers.Location!.OriginalString;
        for (var offset = 0; offset < file.Length;)
        {
            offset = await PatchAsync(path, offset, file.AsMemory(offset));
        }

        return path[(path.LastIndexOf('/') + 1)..];
    }

    /// <summary>Sends bytes; gives the offset that is told then.</summary>
    public async Task<int> PatchAsync(string path, int offset, ReadOnlyMemory<byte> bytes)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, path) { Content = new ReadOnlyMemoryContent(bytes) };
        request.Headers.Add("Tus-Resumable", "1.0.0");
        request.Headers.Add("Upload-Offset", offset.ToString(System.Globalization.CultureInfo.InvariantCulture));
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/offset+octet-stream");
        using var answer = await Client.SendAsync(request, Test);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        return int.Parse(answer.Headers.GetValues("Upload-Offset").Single(), System.Globalization.CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        using (var now = new CancellationTokenSource(TimeSpan.FromSeconds(5), TimeProvider.System))
        {
            await _application.StopAsync(now.Token);
        }

        await _application.DisposeAsync();
        await _simulator.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
