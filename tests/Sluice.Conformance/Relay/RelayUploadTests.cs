using System.Security.Cryptography;
using System.Text.Json;
using Sluice.Checkpoints;
using Sluice.Errors;
using Sluice.Notion;
using Sluice.Relay;
using Sluice.Simulator;
using Sluice.Spool;
using Sluice.Stores;
using Sluice.Stores.Sqlite;
using Xunit;

namespace Sluice.Conformance.Relay;

/// <summary>Uploads whose bytes come from clients: the real engine, a real store, the simulator over real sockets.</summary>
public sealed class RelayUploadTests : IAsyncLifetime
{
    private const string Page = "page:00000000-0000-4000-8000-000000000001";

    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-relay-").FullName;
    private readonly byte[] _file = new byte[17_000_000];
    private SimulatorHost _simulator = null!;
    private SluiceClient _client = null!;
    private RelayUploads _uploads = null!;
    private SpoolKeep _keep = SpoolKeep.Auto;
    private bool _withSpool = true;
    private long _spoolBytes = 1 << 30;
    private int _perMinute;
    private TimeSpan _planning = NotionLimits.Default.Planning;

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    private string Sha256 => Convert.ToHexStringLower(SHA256.HashData(_file));

    public async ValueTask InitializeAsync()
    {
        new Random(7).NextBytes(_file);
        _simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Listen = "http://127.0.0.1:0" }, Test);
        await OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await _simulator.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_file_in_three_bodies_arrives_once_with_its_digest()
    {
        var upload = await CreateAsync();
        Assert.Equal(BodyEnd.Whole, await SendAsync(upload, 0, 6_000_000));
        Assert.Equal(6_000_000, upload.Offset);
        Assert.Equal(BodyEnd.Whole, await SendAsync(upload, 6_000_000, 6_000_001));
        Assert.Equal(BodyEnd.Whole, await SendAsync(upload, 6_000_001, _file.Length));
        Assert.True(await upload.WaitUntilOverAsync(TimeSpan.FromSeconds(60), Test));
        Assert.Equal(UploadState.Done, upload.Record.State);
        Assert.Equal(_file.Length, upload.Offset);
        Assert.Equal(Sha256, upload.Record.Sha256);
        await IsStoredOnceAsync(upload);
    }

    [Fact]
    public async Task A_small_file_is_sent_as_one()
    {
        var upload = await CreateAsync(1000);
        Assert.Equal(BodyEnd.Whole, await SendAsync(upload, 0, 1000));
        Assert.True(await upload.WaitUntilOverAsync(TimeSpan.FromSeconds(60), Test));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(_file.AsSpan(0, 1000))), upload.Record.Sha256);
    }

    [Fact]
    public async Task After_a_restart_not_a_byte_that_was_taken_is_asked_for_again_and_the_digest_goes_on()
    {
        var upload = await CreateAsync();
        await SendAsync(upload, 0, 12_000_000);
        await Eventually.HoldsAsync(() => upload.Snapshot().PartsAcknowledged == 2);
        var id = upload.Record.Id;
        await CloseAsync();
        await OpenAsync();

        // Two parts are at Notion, the beginning of the third lies on the disk.
        var again = (await _uploads.FindAsync(id, Test))!;
        Assert.Equal(12_000_000, again.Offset);
        Assert.Equal(BodyEnd.WrongOffset, await SendAsync(again, 2 * 5_242_880, _file.Length));
        Assert.Equal(BodyEnd.Whole, await SendAsync(again, 12_000_000, _file.Length));
        Assert.True(await again.WaitUntilOverAsync(TimeSpan.FromSeconds(60), Test));
        Assert.Equal(Sha256, again.Record.Sha256);
        await IsStoredOnceAsync(again);
    }

    [Fact]
    public async Task Without_the_spool_the_offset_after_a_restart_is_what_is_durable_at_Notion()
    {
        await CloseAsync();
        _withSpool = false;
        await OpenAsync();
        var upload = await CreateAsync();
        await SendAsync(upload, 0, 12_000_000);
        await Eventually.HoldsAsync(() => upload.Snapshot().PartsAcknowledged == 2);
        var id = upload.Record.Id;
        await CloseAsync();
        await OpenAsync();

        var again = (await _uploads.FindAsync(id, Test))!;
        Assert.Equal(2 * 5_242_880, again.Offset);
        Assert.Equal(BodyEnd.WrongOffset, await SendAsync(again, 12_000_000, _file.Length));
        Assert.Equal(BodyEnd.Whole, await SendAsync(again, 2 * 5_242_880, _file.Length));
        Assert.True(await again.WaitUntilOverAsync(TimeSpan.FromSeconds(60), Test));
        Assert.Equal(Sha256, again.Record.Sha256);
        await IsStoredOnceAsync(again);
    }

    [Fact]
    public async Task What_was_whole_on_the_disk_goes_on_after_a_restart_without_its_client()
    {
        // Notion takes nothing before the process ends.
        await CloseAsync();
        _keep = SpoolKeep.All;
        await OpenAsync();
        await RulesAsync("""[{"endpoint":"send","status":503}]""");
        var upload = await CreateAsync();
        Assert.Equal(BodyEnd.Whole, await SendAsync(upload, 0, _file.Length));
        var id = upload.Record.Id;
        await CloseAsync();
        await RulesAsync("[]");
        await OpenAsync();

        var again = (await _uploads.FindAsync(id, Test))!;
        Assert.Equal(_file.Length - 1, again.Offset);
        await _uploads.RecoverAsync(Test);
        Assert.True(await again.WaitUntilOverAsync(TimeSpan.FromSeconds(60), Test));
        Assert.Equal(Sha256, again.Record.Sha256);
        await IsStoredOnceAsync(again);
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder, "spool")));
    }

    [Fact]
    public async Task What_the_gate_holds_is_staged_at_full_speed_and_sent_from_the_disk_when_its_turn_comes()
    {
        // Eight requests an upload, one in two seconds, twenty seconds of planning: there is time for one, not for two. The first one's
        // turn lasts as long, in real time: the second has to be staged within it.
        await CloseAsync();
        _perMinute = 30;
        _planning = TimeSpan.FromSeconds(20);
        await OpenAsync();
        var first = await CreateAsync();
        await SendAsync(first, 0, 4_000_000);
        await Eventually.HoldsAsync(() => first.Record.Generation is not null);

        var second = await CreateAsync();
        Assert.Equal(BodyEnd.Whole, await SendAsync(second, 0, _file.Length));
        Assert.Equal(_file.Length - 1, second.Offset);
        await Eventually.HoldsAsync(() => second.Record.State == UploadState.Staged);
        Assert.Equal("staged", second.Snapshot().State);
        Assert.Null(second.Record.Generation);

        await first.CancelAsync(Test);
        Assert.True(await second.WaitUntilOverAsync(TimeSpan.FromSeconds(60), Test));
        Assert.Equal(Sha256, second.Record.Sha256);
        await IsStoredOnceAsync(second);
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder, "spool")));
    }

    [Fact]
    public async Task A_length_that_never_passes_at_present_rates_is_refused_with_what_is_needed()
    {
        await CloseAsync();
        _perMinute = 60;
        _planning = TimeSpan.FromSeconds(7);
        await OpenAsync();
        var (_, error) = await _uploads.CreateAsync(new RelayRequest { Owner = "o", Name = "relay.txt", Length = _file.Length, To = Page }, Test);
        Assert.Equal(ErrorCodes.TooSlow, error!.Code);
        Assert.Contains("MB/s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_is_far_too_slow_for_an_upload_without_room_on_the_disk_is_told_once_what_is_needed()
    {
        await CloseAsync();
        (_planning, _spoolBytes) = (TimeSpan.FromSeconds(3), 16 << 20);
        await OpenAsync();
        var upload = await CreateAsync();

        // The request that brings the bytes is told, so it ends when the record says why.
        Assert.Equal(BodyEnd.Stopped, await upload.TakeBodyAsync(new PacedStream(_file), 0, _file.Length, Test));
        Assert.True(upload.IsOver);
        Assert.Equal((UploadState.Failed, ErrorCodes.TooSlow), (upload.Record.State, upload.Record.Error!.Code));
        Assert.Contains("5.67 MB/s", upload.Record.Error.Message, StringComparison.Ordinal);
        Assert.Null(upload.Record.Generation);
    }

    [Fact]
    public async Task A_cancelled_upload_leaves_nothing_on_the_disk()
    {
        var upload = await CreateAsync();
        await SendAsync(upload, 0, 12_000_000);
        var id = upload.Record.Id;
        await CloseAsync();
        await OpenAsync();
        Assert.Single(Directory.GetFiles(Path.Combine(_folder, "spool")));
        await (await _uploads.FindAsync(id, Test))!.CancelAsync(Test);
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder, "spool")));
    }

    [Fact]
    public async Task A_cancelled_upload_is_over_and_takes_nothing()
    {
        var upload = await CreateAsync();
        await SendAsync(upload, 0, 6_000_000);
        await upload.CancelAsync(Test);
        Assert.True(upload.IsOver);
        Assert.Equal(UploadState.Cancelled, upload.Record.State);
        Assert.Equal(BodyEnd.WrongOffset, await SendAsync(upload, 6_000_000, _file.Length));
    }

    [Fact]
    public async Task What_cannot_be_uploaded_is_refused_before_it_is_recorded()
    {
        Assert.Equal(ErrorCodes.TargetNotShared, await RefusalAsync(new RelayRequest { Owner = "o", Name = "a.txt", Length = 1, To = "page:00000000-0000-4000-8000-000000000003" }));
        Assert.Equal(ErrorCodes.EmptyFile, await RefusalAsync(new RelayRequest { Owner = "o", Name = "a.txt", Length = 0 }));
        Assert.Equal(ErrorCodes.TooLarge, await RefusalAsync(new RelayRequest { Owner = "o", Name = "a.txt", Length = (5L << 30) + 1 }));
        Assert.Equal(ErrorCodes.TypeRefused, await RefusalAsync(new RelayRequest { Owner = "o", Name = "a.exe", Length = 1 }));
        Assert.Empty((await _uploads.ListAsync(new UploadQuery(), Test)).Records);
    }

    [Fact]
    public async Task An_upload_without_a_target_is_attached_later_and_only_once()
    {
        var upload = await CreateAsync(1000, "none");
        await SendAsync(upload, 0, 1000);
        Assert.True(await upload.WaitUntilOverAsync(TimeSpan.FromSeconds(60), Test));
        Assert.Null(await upload.AttachAsync(Page, "caption", Test));
        await Eventually.HoldsAsync(() => upload.Record is { State: UploadState.Done, Attached: not null });
        Assert.Null(await upload.AttachAsync(Page, null, Test));
        Assert.Equal(ErrorCodes.AlreadyAttached, (await upload.AttachAsync("database:00000000-0000-4000-8000-000000000002", null, Test))!.Code);
        await IsStoredOnceAsync(upload);
    }

    private async Task<IRelayUpload> CreateAsync(long? length = null, string to = Page)
    {
        var (upload, error) = await _uploads.CreateAsync(new RelayRequest { Owner = "o", Name = "relay.txt", Length = length ?? _file.Length, To = to }, Test);
        Assert.Null(error);
        return upload!;
    }

    private async Task<ErrorCode> RefusalAsync(RelayRequest request) => (await _uploads.CreateAsync(request, Test)).Error!.Code;

    private Task<BodyEnd> SendAsync(IRelayUpload upload, int from, int to) => upload.TakeBodyAsync(new MemoryStream(_file, from, to - from), from, to - from, Test);

    private async Task IsStoredOnceAsync(IRelayUpload upload)
    {
        using var http = new HttpClient();
        using var json = JsonDocument.Parse(await http.GetStringAsync(new Uri(_simulator.Address, $"/_sim/uploads/{upload.Record.Generation!.FileUploadId}"), Test));
        Assert.Equal(upload.Record.Sha256, json.RootElement.GetProperty("sha256").GetString());
        Assert.Equal(1, json.RootElement.GetProperty("attachments").GetArrayLength());
    }

    private async Task RulesAsync(string rules)
    {
        using var http = new HttpClient();
        using var content = new StringContent(rules);
        using var answer = await http.PutAsync(new Uri(_simulator.Address, "/_sim/faults"), content, Test);
        answer.EnsureSuccessStatusCode();
    }

    private async Task OpenAsync()
    {
        var owners = OwnerLocks.Take(_folder);
        _owners = owners;
        _client = await new SluiceClientBuilder()
            .UseToken("relay")
            .Configure(o =>
            {
                o.Notion.Url = _simulator.Address.ToString();
                o.Spool.Keep = _keep;
                o.Spool.MaxBytes = _spoolBytes;
                o.Pacing.RequestsPerMinute = _perMinute;
                o.Features.Spool = _withSpool ? 100 : 0;
            })
            .UseStateFolder(_folder)
            .UseHolder(owners.Holder)
            .UseLimits(NotionLimits.Default with { Planning = _planning })
            .UseStore(async _ => await SqliteCheckpointStore.OpenAsync(Path.Combine(_folder, SqliteCheckpointStore.FileName), TimeProvider.System, owners))
            .OpenAsync(Test);
        _uploads = new RelayUploads(_client.Engine, FeedOptions.Default);
    }

    private OwnerLocks? _owners;

    private async Task CloseAsync()
    {
        await _uploads.DisposeAsync();
        await _client.DisposeAsync();
        _owners?.Dispose();
    }
}
