using System.Text.Json;
using System.Text.RegularExpressions;
using Sluice.EndToEnd.Running;

namespace Sluice.EndToEnd.Gateway;

/// <summary><c>sluice serve</c> in a test's place: it can be killed and started again at the same address.</summary>
internal sealed class GatewayDoor : IDisposable
{
    /// <summary>Short delays, so that a test takes seconds; the long form keeps the defaults.</summary>
    private static readonly string[] Quick = Running.Program.IsFull ? [] :
    [
        "Retry:InitialDelay=50ms", "Retry:MaxDelay=1s", "CircuitBreaker:BreakDuration=1s", "CircuitBreaker:RampStep=500ms", "Timeouts:Response=8s", "Timeouts:Total=20s",
    ];

    /// <summary>The small profile's parts and senders, whatever machine this is.</summary>
    private static readonly string[] Small = ["Parts:Size=5MiB", "Concurrency:MaxWorkers=3"];

    private readonly Place _place;
    private readonly string[] _settings;

    private GatewayDoor(Place place, string[] settings)
    {
        _place = place;
        _settings = settings;
    }

    public Uri Address { get; private set; } = null!;

    public RunningProgram Process { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    public string Files => $"{Address}files";

    /// <param name="place">Where it runs.</param>
    /// <param name="settings">What differs from the defaults, as <c>--set</c> takes it.</param>
    public static async Task<GatewayDoor> OpenAsync(Place place, params string[] settings)
    {
        var door = new GatewayDoor(place, settings);
        await door.StartAsync("http://127.0.0.1:0");
        return door;
    }

    /// <summary>kill -9, and the next process at the same address.</summary>
    public async Task KillAsync()
    {
        Process.Send(Signal.Kill);
        await Process.EndAsync();
        Http.Dispose();
        await StartAsync(Address.ToString().TrimEnd('/'));
    }

    /// <summary>An upload as the API tells it.</summary>
    public async Task<JsonElement> UploadAsync(string url)
    {
        using var json = JsonDocument.Parse(await Http.GetStringAsync(new Uri($"api/uploads/{url.Split('/')[^1]}", UriKind.Relative), TestContext.Current.CancellationToken));
        return json.RootElement.Clone();
    }

    /// <summary>The upload is done with the file's digest, Notion has the same bytes, attached once.</summary>
    public async Task ArrivedAsync(string path, string url)
    {
        var upload = await UploadAsync(url);
        var digest = Place.Sha256(path);
        Assert.True(upload.GetProperty("state").GetString() == "done", $"{upload}\n{Process.Error}");
        Assert.Equal(digest, upload.GetProperty("sha256").GetString());
        var notion = await _place.Notion.UploadAsync(upload.GetProperty("file_upload_id").GetString()!);
        Assert.Equal("uploaded", notion.GetProperty("status").GetString());
        Assert.Equal(digest, notion.GetProperty("sha256").GetString());
        Assert.Single(await _place.Notion.AttachmentsAsync(Path.GetFileName(path)));
    }

    public void Dispose() => Http.Dispose();

    private async Task StartAsync(string listen)
    {
        Process = _place.StartExactly(["serve", "--listen", listen, .. Small.Concat(Quick).Concat(_settings).SelectMany(static s => new[] { "--set", s })]);
        await Bounds.UntilAsync(() => Task.FromResult(Process.Out.Contains("Ctrl-C ends it", StringComparison.Ordinal) || Process.IsOver), () => Process.Out + Process.Error);
        Assert.False(Process.IsOver, Process.Error);
        Address = new Uri(Regex.Match(Process.Out, @"http://127\.0\.0\.1:\d+", RegexOptions.None, TimeSpan.FromSeconds(1)).Value);
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Address, Timeout = Bounds.Wait };
    }
}
