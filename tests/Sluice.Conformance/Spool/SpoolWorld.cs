using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Sluice.Simulator;
using Sluice.Spool;
using Sluice.Stores;
using Sluice.Stores.Sqlite;

namespace Sluice.Conformance.Spool;

/// <summary>A state folder, a simulator, and clients on them as the command line opens them.</summary>
internal sealed class SpoolWorld : IAsyncDisposable
{
    private readonly SimulatorHost _simulator;
    private readonly HttpClient _http = new();

    private SpoolWorld(SimulatorHost simulator, string root)
    {
        _simulator = simulator;
        Root = root;
    }

    public string Root { get; }

    public string State => Path.Combine(Root, "state");

    public Uri Address => _simulator.Address;

    /// <summary>Ids of the uploads whose files lie in the spool.</summary>
    public IReadOnlyList<string> Files => new SpoolPlace(State, null).Find() is { } folder ? [.. Directory.GetFiles(folder).Select(f => SpoolPlace.IdOf(f) is { IsEmpty: false } id ? id.ToString() : f)] : [];

    public static async Task<SpoolWorld> StartAsync(CancellationToken cancellationToken)
    {
        var root = Directory.CreateTempSubdirectory("sluice-").FullName;
        return new SpoolWorld(await SimulatorHost.StartAsync(new SimulatorOptions { Listen = "http://127.0.0.1:0", RequestsPerMinute = 0, Store = Path.Combine(root, "stored") }, cancellationToken), root);
    }

    /// <summary>A client in this process or in one that is killed.</summary>
    public static async Task<OpenedClient> OpenAsync(string state, Uri address, long bytesPerSecond, ISpoolDisk? disk, Action<Settings.SluiceOptions>? configure, CancellationToken cancellationToken)
    {
        var owner = OwnerLocks.Take(state);
        var builder = new SluiceClientBuilder()
            .UseToken("ntn_test")
            .Configure(o =>
            {
                o.Notion.Url = address.ToString();
                o.Pacing.BytesPerSecond = bytesPerSecond;
                o.Parts.Size = 5 << 20;
                configure?.Invoke(o);
            })
            .UseStateFolder(state)
            .UseHolder(owner.Holder)
            .UseWholeDisk()
            .UseStore(async _ => await SqliteCheckpointStore.OpenAsync(Path.Combine(state, SqliteCheckpointStore.FileName), TimeProvider.System, owner));
        return new OpenedClient(await (disk is null ? builder : builder.UseDisk(disk)).OpenAsync(cancellationToken), owner);
    }

    public Task<OpenedClient> OpenAsync(CancellationToken cancellationToken, long bytesPerSecond = 0, ISpoolDisk? disk = null, Action<Settings.SluiceOptions>? configure = null) =>
        OpenAsync(State, Address, bytesPerSecond, disk, configure, cancellationToken);

    /// <summary>The simulator's own digest of what arrived.</summary>
    public async Task<(string? Sha256, long Length)> StoredAsync(string fileUploadId, CancellationToken cancellationToken)
    {
        var json = JsonNode.Parse(await _http.GetStringAsync(new Uri(Address, $"/_sim/uploads/{fileUploadId}"), cancellationToken))!;
        return (json["sha256"]?.GetValue<string>(), json["length"]!.GetValue<long>());
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _simulator.DisposeAsync();
        Directory.Delete(Root, recursive: true);
    }

    /// <summary>Bytes of no pattern, the same for the same seed, written page by page.</summary>
    public static async Task<string> WriteAsync(Stream destination, long length, int seed, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var random = new Random(seed);
        var page = new byte[50_000];
        for (var left = length; left > 0;)
        {
            var piece = page.AsMemory(0, (int)Math.Min(left, page.Length));
            random.NextBytes(piece.Span);
            hash.AppendData(piece.Span);
            await destination.WriteAsync(piece, cancellationToken);
            left -= piece.Length;
        }

        await destination.FlushAsync(cancellationToken);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Waits for something to happen to an upload; false where it ended without.</summary>
    public static async Task<bool> HappensAsync(UploadHandle handle, UploadEventKind kind, CancellationToken cancellationToken)
    {
        await foreach (var happened in handle.EventsAsync(cancellationToken))
        {
            if (happened.Kind == kind)
            {
                return true;
            }
        }

        return false;
    }

    internal static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
