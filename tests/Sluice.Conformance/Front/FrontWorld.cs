using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Sluice.AspNetCore;
using Sluice.AspNetCore.Hosting;
using Sluice.AspNetCore.Security;
using Sluice.Checkpoints;
using Sluice.Checkpoints.InMemory;
using Sluice.Relay;
using Xunit;

namespace Sluice.Conformance.Front;

/// <summary>The front door on a real server on loopback, with real feeds behind it and a clock that a test moves.</summary>
internal sealed class FrontWorld : IAsyncDisposable
{
    private readonly WebApplication _application;

    private FrontWorld(WebApplication application, FakeTimeProvider time, TestUploads uploads, InMemoryCheckpointStore store, StoreFaults faults)
    {
        _application = application;
        Time = time;
        Uploads = uploads;
        Store = store;
        Faults = faults;
        Address = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, RequestHeaderEncodingSelector = static (_, _) => System.Text.Encoding.UTF8 }) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
    }

    public Uri Address { get; }

    public FakeTimeProvider Time { get; }

    public TestUploads Uploads { get; }

    public InMemoryCheckpointStore Store { get; }

    public StoreFaults Faults { get; }

    public HttpClient Client { get; }

    public T Service<T>()
        where T : notnull => _application.Services.GetRequiredService<T>();

    public GatewayDrain Drain => _application.Services.GetRequiredService<GatewayDrain>();

    public static async Task<FrontWorld> StartAsync(Action<GatewayOptions>? configure = null, IUploadPolicy? policy = null, Action<KestrelServerOptions>? kestrelLimits = null)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
        var faults = new StoreFaults();
        var store = new InMemoryCheckpointStore(time).Connect(faults);
        var uploads = new TestUploads(time);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSingleton<ICheckpointStore>(store);
        builder.Services.AddSingleton<IRelayUploads>(uploads);
        if (policy is not null)
        {
            builder.Services.AddSingleton(policy);
        }

        builder.Services.AddSluiceGateway(configure);
        builder.Services.AddSluiceKestrel(behindRouter: true);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrelLimits?.Invoke(kestrel);
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        var application = builder.Build();
        application.UseForwardedHeaders();
        application.MapSluice();
        await application.StartAsync(TestContext.Current.CancellationToken);
        return new FrontWorld(application, time, uploads, store, faults);
    }

    /// <summary>Makes a key in the store; gives it as its holder has it.</summary>
    public async Task<string> KeyAsync(string owner, params string[] scopes)
    {
        var key = ApiKey.Create();
        await Store.Keys.AddAsync(key.ToRecord(owner, scopes.Length == 0 ? ["upload", "read"] : scopes, Time.GetUtcNow()), CancellationToken.None);
        return key.ToString();
    }

    public Task<RawHttp> ConnectAsync() => RawHttp.ConnectAsync(Address);

    /// <summary>A request of the tus protocol.</summary>
    public async Task<HttpResponseMessage> TusAsync(HttpMethod method, string path, string? key = null, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.TryAddWithoutValidation("Tus-Resumable", "1.0.0");
        return await SendAsync(request, key, headers);
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? key = null, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        return await SendAsync(request, key, headers);
    }

    /// <summary>Makes an upload of a length by POST; gives its path.</summary>
    public async Task<string> CreateAsync(long length, string? key = null, string name = "a.zip")
    {
        using var answer = await TusAsync(HttpMethod.Post, "/files", key, null, ("Upload-Length", length.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("Upload-Metadata", $"filename {Base64(name)}"));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return answer.Headers.Location!.OriginalString;
    }

    public Task<HttpResponseMessage> PatchAsync(string path, long offset, byte[] bytes, string? key = null, params (string Name, string Value)[] headers)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/offset+octet-stream");
        return TusAsync(HttpMethod.Patch, path, key, content, [("Upload-Offset", offset.ToString(System.Globalization.CultureInfo.InvariantCulture)), .. headers]);
    }

    public static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Uploads.DisposeAsync();
        using (var now = new CancellationTokenSource(TimeSpan.FromSeconds(5), TimeProvider.System))
        {
            await _application.StopAsync(now.Token);
        }

        await _application.DisposeAsync();
        await Store.DisposeAsync();
    }

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string? key, (string Name, string Value)[] headers)
    {
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        }

        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value), name);
        }

        return Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
