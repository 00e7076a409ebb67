using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sluice.AspNetCore;
using Sluice.Errors;
using Sluice.Simulator;
using Sluice.Stores;
using Xunit;

namespace Sluice.Conformance.Events;

/// <summary>An application with the gateway in it: two Notion connections, a webhook and a handler; real sockets, real engine, the simulator.</summary>
public sealed class EmbeddedTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-embedded-").FullName;
    private readonly byte[] _file = new byte[6_000_000];
    private readonly Handler _handler = new();
    private SimulatorHost _simulator = null!;
    private WebhookReceiver _receiver = null!;

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        new Random(3).NextBytes(_file);
        _simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Listen = "http://127.0.0.1:0" }, Test);
        _receiver = await WebhookReceiver.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        await _simulator.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_user_s_upload_goes_where_the_application_says_and_its_end_is_told_to_handler_and_webhook(bool sqlite)
    {
        await using var application = await StartAsync(sqlite);
        using var http = Client(application);
        foreach (var user in new[] { "ada", "grace" })
        {
            await UploadAsync(http, user, $"{user}.txt");
        }

        // 1. The handler.
        var outcomes = await _handler.TakeAsync(2, Test);
        var (ada, grace) = (outcomes.Single(o => o.Owner == "ada"), outcomes.Single(o => o.Owner == "grace"));
        Assert.Equal((UploadOutcomeKind.Done, "ada.txt", _file.Length, Convert.ToHexStringLower(SHA256.HashData(_file)), null), (ada.Kind, ada.Name, ada.Length, ada.Sha256, ada.Connection));
        Assert.Equal(("research", "database:00000000-0000-4000-8000-000000000002"), (grace.Connection, grace.Target));
        Assert.NotNull(ada.PageId);

        // 2. The webhook, with the same ids.
        var posts = new[] { await _receiver.NextAsync(Test), await _receiver.NextAsync(Test) };
        Assert.All(posts, post => Assert.True(post.Signed));
        Assert.Equal(outcomes.Select(o => o.EventId).Order(StringComparer.Ordinal), posts.Select(p => p.Id).Order(StringComparer.Ordinal));

        // 3. Notion: each with the bot of its connection.
        using var sim = JsonDocument.Parse(await http.GetStringAsync(new Uri(_simulator.Address, $"/_sim/uploads/{grace.FileUploadId}"), Test));
        Assert.Equal(ada.Sha256, sim.RootElement.GetProperty("sha256").GetString());
        Assert.Equal(1, sim.RootElement.GetProperty("attachments").GetArrayLength());

        // 4. Whose it is not does not see it.
        using var foreign = await SendAsync(http, HttpMethod.Head, $"/files/{ada.UploadId}", "grace");
        Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
        using var own = await SendAsync(http, HttpMethod.Head, $"/files/{grace.UploadId}", "grace");
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        Assert.Equal($"{_file.Length}", own.Headers.GetValues("Upload-Offset").Single());
    }

    [Fact]
    public async Task After_a_restart_an_upload_goes_on_with_the_connection_it_began_with()
    {
        string path;
        await using (var first = await StartAsync(sqlite: true))
        {
            using var http = Client(first);
            path = await CreateAsync(http, "grace", "again.txt");
        }

        await using var second = await StartAsync(sqlite: true);
        using var again = Client(second);
        await PatchAsync(again, "grace", path);
        Assert.Equal("research", (await _handler.TakeAsync(1, Test)).Single().Connection);
    }

    [Fact]
    public async Task A_handler_that_fails_is_told_again_with_the_same_id_and_the_upload_did_not_wait_for_it()
    {
        _handler.Failures = 1;
        await using var application = await StartAsync(sqlite: false);
        using var http = Client(application);
        await UploadAsync(http, "ada", "a.txt");
        var told = await _handler.TakeAsync(2, Test);
        Assert.Single(told.Select(o => o.EventId).Distinct());
        Assert.True((await _receiver.NextAsync(Test)).Signed);
        Assert.Equal(0, _receiver.Waiting);
    }

    [Fact]
    public async Task A_connection_that_is_not_there_is_refused_with_a_sentence()
    {
        await using var application = await StartAsync(sqlite: false);
        using var http = Client(application);
        using var answer = await SendAsync(http, HttpMethod.Post, "/files", "nobody", ("Upload-Length", "5"), ("Upload-Metadata", $"filename {Front.FrontWorld.Base64("a.txt")}"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Test));
        Assert.Contains("a Notion connection named 'missing'", problem.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync(new Uri("/api/uploads", UriKind.Relative), Test)).StatusCode);
    }

    [Theory]
    [InlineData("http://example.org/hook", WebhookReceiver.Secret, "an https address, or an http one on loopback")]
    [InlineData("https://example.org/hook", null, "Monitoring:Webhook needs Monitoring:WebhookSecret")]
    [InlineData("https://example.org/hook", "whsec_not base64", "Monitoring:WebhookSecret is too weak")]
    public async Task A_webhook_in_the_clear_or_without_a_key_stops_the_start(string webhook, string? secret, string sentence)
    {
        var refused = await Assert.ThrowsAsync<SluiceException>(() => StartAsync(sqlite: false, webhook, secret));
        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not base64", refused.Message, StringComparison.Ordinal);
    }

    private async Task<WebApplication> StartAsync(bool sqlite, string? webhook = null, string? secret = WebhookReceiver.Secret)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IUploadPolicy>(new Policy());
        builder.Services.AddSingleton<IUploadOutcomeHandler>(_handler);
        builder.Services.AddSluiceEngine((_, engine) =>
        {
            Common(engine, "first").UseStateFolder(_folder).Configure(o =>
            {
                o.Monitoring.Webhook = webhook ?? _receiver.Address.ToString();
                o.Monitoring.WebhookSecret = secret;
            });
            if (sqlite)
            {
                engine.UseSqlite();
            }
        });
        builder.Services.AddSluiceConnection("research", (_, engine) => Common(engine, "second"));
        builder.Services.AddSluiceGateway();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var application = builder.Build();
        application.MapSluice();
        try
        {
            await application.StartAsync(Test);
            return application;
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }

    private SluiceClientBuilder Common(SluiceClientBuilder engine, string token) => engine.UseToken(token).Configure(o =>
    {
        o.Notion.Url = _simulator.Address.ToString();
        o.Memory.BufferMb = 11;
    });

    private static HttpClient Client(WebApplication application) =>
        new() { BaseAddress = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };

    private async Task UploadAsync(HttpClient http, string user, string name) => await PatchAsync(http, user, await CreateAsync(http, user, name));

    private async Task<string> CreateAsync(HttpClient http, string user, string name)
    {
        using var answer = await SendAsync(http, HttpMethod.Post, "/files", user, ("Upload-Length", $"{_file.Length}"), ("Upload-Metadata", $"filename {Front.FrontWorld.Base64(name)}"));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return answer.Headers.Location!.OriginalString;
    }

    private async Task PatchAsync(HttpClient http, string user, string path)
    {
        using var content = new ByteArrayContent(_file);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/offset+octet-stream");
        using var request = new HttpRequestMessage(HttpMethod.Patch, path) { Content = content };
        request.Headers.Add("Tus-Resumable", "1.0.0");
        request.Headers.Add("Upload-Offset", "0");
        request.Headers.Add("X-User", user);
        using var answer = await http.SendAsync(request, Test);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient http, HttpMethod method, string path, string user, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Tus-Resumable", "1.0.0");
        request.Headers.Add("X-User", user);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return http.SendAsync(request, Test);
    }

    /// <summary>Grace's team has a connection of its own.</summary>
    private sealed class Policy : IUploadPolicy
    {
        public ValueTask<string?> OwnerOfAsync(HttpContext context) => ValueTask.FromResult(context.Request.Headers["X-User"].FirstOrDefault());

        public ValueTask<UploadDecision> DecideAsync(UploadOffer offer, CancellationToken cancellationToken) => ValueTask.FromResult(offer.Owner switch
        {
            "ada" => new UploadDecision { To = "page:00000000-0000-4000-8000-000000000001" },
            "grace" => new UploadDecision { To = "database:00000000-0000-4000-8000-000000000002", Connection = "research" },
            _ => new UploadDecision { Connection = "missing" },
        });
    }

    private sealed class Handler : IUploadOutcomeHandler
    {
        private readonly BlockingCollection<UploadOutcome> _told = [];

        public int Failures { get; set; }

        public Task HandleAsync(UploadOutcome outcome, CancellationToken cancellationToken)
        {
            _told.Add(outcome, cancellationToken);
            return Failures-- > 0 ? throw new InvalidOperationException("The diary is full.") : Task.CompletedTask;
        }

        public Task<List<UploadOutcome>> TakeAsync(int count, CancellationToken cancellationToken) => Task.Run(
            () =>
            {
                List<UploadOutcome> all = [];
                while (all.Count < count)
                {
                    Assert.True(_told.TryTake(out var next, (int)TimeSpan.FromSeconds(30).TotalMilliseconds, cancellationToken));
                    all.Add(next);
                }

                return all;
            },
            cancellationToken);
    }
}
