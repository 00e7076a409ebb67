using System.CommandLine;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Sluice.Cli.Configuration;
using Sluice.Cli.Output;
using Sluice.Cli.Serving;
using Sluice.Errors;
using Sluice.Settings;
using Sluice.Simulator;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice demo</c>: simulator and gateway on loopback, a generated file brought by tus, and the proof that it arrived.</summary>
internal sealed class DemoCommand : ICliCommand
{
    private const string Page = "00000000-0000-4000-8000-000000000001";

    private readonly World _world;
    private readonly Option<string> _size = new("--size") { HelpName = "size", Description = "How large the generated file is.", DefaultValueFactory = _ => "64MiB" };
    private readonly Option<bool> _exit = new("--exit") { Description = "Leave when the proof is made, instead of staying up until Ctrl-C." };

    public DemoCommand(World world)
    {
        _world = world;
        Command = new Command("demo", "Start a simulated Notion that fails now and then and the gateway in front of it, upload a generated file by tus, and prove that it arrived. Needs no token.");
        Command.Options.Add(_size);
        Command.Options.Add(_exit);
        Command.SetAction((result, _) => RunAsync(result));
    }

    public Command Command { get; }

    public void Check(ParseResult result, List<string> problems) => Size(result, problems);

    private long Size(ParseResult result, List<string> problems)
    {
        var text = result.Given(_size) ?? "";
        if (!SettingText.TryBytes(text, out var size) || size is < 1 or > 5L << 30)
        {
            problems.Add($"--size {text}: write a size from 1 to 5GiB, such as 64MiB.");
        }

        return size;
    }

    private async Task<int> RunAsync(ParseResult result)
    {
        List<string> problems = [];
        var size = Size(result, problems);
        if (problems.Count > 0)
        {
            return Usage.Report(_world, Command, problems);
        }

        var folder = Directory.CreateTempSubdirectory("sluice-demo-").FullName;
        try
        {
            await using var simulator = await StartSimulatorAsync(folder);
            var notion = simulator.Address.ToString().TrimEnd('/');
            await _world.Error.WriteLineAsync($"A simulated Notion listens at {notion}; it fails now and then (profile flaky).");
            await using var gateway = await StartGatewayAsync(folder, simulator.Address);
            var door = gateway.Addresses[0].ToString().TrimEnd('/');
            await _world.Error.WriteLineAsync($"The gateway listens at {door}; {Quantity.Bytes(size)} go in by tus.");
            var proved = await UploadAndProveAsync(folder, size, gateway, simulator.Address);
            await _world.Out.WriteLineAsync($"Gateway:   {door}  (tus: {door}/files; curl -T FILE {door}/files/; state: {door}/api/uploads)");
            await _world.Out.WriteLineAsync($"Simulator: {notion}  (what it saw: {notion}/_sim/uploads, {notion}/_sim/stats)");
            if (!proved || result.Given(_exit))
            {
                return proved ? ExitCode.Done : ExitCode.Failed;
            }

            await _world.Out.WriteLineAsync("Ctrl-C ends the demo.");
            await _world.Out.FlushAsync(CancellationToken.None);
            await _world.Stop.WaitAsync(_world.Time);
            return ExitCode.Done;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<SimulatorHost> StartSimulatorAsync(string folder)
    {
        var options = new SimulatorOptions { Profile = "flaky", Seed = 7, Store = Path.Combine(folder, "notion") };
        try
        {
            return await SimulatorHost.StartAsync(options, _world.Stop.Soft);
        }
        catch (IOException)
        {
            // The port is taken: any other will do.
            return await SimulatorHost.StartAsync(options with { Listen = "http://127.0.0.1:0" }, _world.Stop.Soft);
        }
    }

    private async Task<GatewayHost> StartGatewayAsync(string folder, Uri notion)
    {
        var world = _world.With(new Dictionary<string, string>(StringComparer.Ordinal) { ["NOTION_TOKEN"] = "demo", ["SLUICE_NOTION_URL"] = notion.ToString() });
        var data = Path.Combine(folder, "state");
        var settings = SettingLayers.Load(world, folder, [new SettingAssignment("Retry:InitialDelay", "200ms", "demo"), new SettingAssignment("Retry:MaxDelay", "5s", "demo")]);
        var arguments = new ServeArguments(["http://127.0.0.1:8080"], BehindRouter: false, data, settings, LogLevel.None);
        try
        {
            return await GatewayHost.StartAsync(world, arguments, _world.Stop.Soft);
        }
        catch (SluiceException)
        {
            // The port is taken: any other will do.
            return await GatewayHost.StartAsync(world, arguments with { Listen = ["http://127.0.0.1:0"] }, _world.Stop.Soft);
        }
    }

    private async Task<bool> UploadAndProveAsync(string folder, long size, GatewayHost gateway, Uri notion)
    {
        var file = Path.Combine(folder, "demo.txt");
        var expected = Generate(file, size);
        using var tus = await TusUpload.CreateAsync(gateway.Addresses[0], "demo.txt", $"page:{Page}", size, _world.Time, _world.Stop.Soft);
        var upload = (await gateway.Uploads.FindAsync(tus.Id, _world.Stop.Soft))!;
        WatchedUpload[] watched = [new("demo.txt", upload.Snapshot, () => upload.IsOver, _world.Time)];
        await using (_world.HasLiveTerminal ? new BarsDisplay(_world, watched) : (IProgressDisplay)new LinesDisplay(_world, watched))
        {
            await tus.RunAsync(file, _world.Stop.Soft);
        }

        var record = upload.Record;
        var (stored, attachments, sends, parts) = await AskAsync(notion, record.Generation!.FileUploadId!);
        var proved = record.Sha256 == expected && stored == expected && attachments == 1;
        await _world.Out.WriteLineAsync(proved
            ? $"Proved: {size:N0} bytes arrived whole (sha256 {expected}, counted by both sides), attached once; {sends} sends for {parts} parts."
            : $"NOT proved: sent {expected}, the gateway counted {record.Sha256}, stored is {stored}, attached {attachments} times.");
        return proved;
    }

    /// <summary>What the simulator itself says it has.</summary>
    private static async Task<(string? Sha256, int Attachments, int Sends, int Parts)> AskAsync(Uri address, string fileUploadId)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var json = JsonDocument.Parse(await client.GetStringAsync(new Uri(address, $"/_sim/uploads/{fileUploadId}")));
        var upload = json.RootElement;
        return (upload.GetProperty("sha256").GetString(), upload.GetProperty("attachments").GetArrayLength(), upload.GetProperty("sends").GetInt32(), upload.GetProperty("parts_sent").GetInt32());
    }

    private static string Generate(string file, long size)
    {
        var random = new Random(7);
        var piece = new byte[1 << 20];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var stream = File.Create(file);
        for (var left = size; left > 0;)
        {
            random.NextBytes(piece);
            var count = (int)Math.Min(left, piece.Length);
            stream.Write(piece, 0, count);
            hash.AppendData(piece, 0, count);
            left -= count;
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
