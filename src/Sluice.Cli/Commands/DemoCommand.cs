using System.CommandLine;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Sluice.Checkpoints;
using Sluice.Cli.Configuration;
using Sluice.Cli.Input;
using Sluice.Cli.Output;
using Sluice.Cli.State;
using Sluice.Cli.Uploads;
using Sluice.Settings;
using Sluice.Simulator;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice demo</c>: simulator, a generated file, an upload the way <c>upload</c> does it, and the proof that it arrived.</summary>
internal sealed class DemoCommand : ICliCommand
{
    private const string Page = "00000000-0000-4000-8000-000000000001";

    private readonly World _world;
    private readonly Option<string> _size = new("--size") { HelpName = "size", Description = "How large the generated file is.", DefaultValueFactory = _ => "64MiB" };
    private readonly Option<bool> _exit = new("--exit") { Description = "Leave when the proof is made, instead of staying up until Ctrl-C." };

    public DemoCommand(World world)
    {
        _world = world;
        Command = new Command("demo", "Upload a generated file to a simulated Notion that fails now and then, and prove that it arrived. Needs no token.");
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
            var address = simulator.Address.ToString().TrimEnd('/');
            await _world.Error.WriteLineAsync($"A simulated Notion listens at {address}; it fails now and then (profile flaky).");
            var proved = await UploadAndProveAsync(folder, size, simulator.Address);
            if (!proved || result.Given(_exit))
            {
                return proved ? ExitCode.Done : 1;
            }

            await _world.Out.WriteLineAsync($"Simulator: {address}  (what it saw: {address}/_sim/uploads, {address}/_sim/stats). Ctrl-C ends the demo.");
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, _world.Time, _world.Stop.Soft);
            }
            catch (OperationCanceledException)
            {
                // Ctrl-C is how this ends.
            }

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

    private async Task<bool> UploadAndProveAsync(string folder, long size, Uri address)
    {
        var file = Path.Combine(folder, "demo.txt");
        var expected = Generate(file, size);
        var world = _world.With(new Dictionary<string, string>(StringComparer.Ordinal) { ["NOTION_TOKEN"] = "demo", ["SLUICE_NOTION_URL"] = address.ToString() });
        var settings = SettingLayers.Load(world, folder, [new SettingAssignment("Retry:InitialDelay", "200ms", "demo"), new SettingAssignment("Retry:MaxDelay", "5s", "demo")]);
        UploadResult result;
        await using (var session = await ClientSession.OpenAsync(world, settings, Path.Combine(folder, "state"), LogLevel.None, world.Stop.Soft))
        {
            var arguments = new UploadArguments { Paths = [file], Target = new UploadTarget(TargetKind.Page, Page), Verify = true };
            var results = await new UploadJob(world, arguments, new DisplayOptions(Json: false, Quiet: false)).RunAsync(session, [new UploadItem("demo.txt", file)], ["demo"]);
            result = results[0];
        }

        if (result.Status != UploadStatus.Done)
        {
            return false;
        }

        var (stored, attachments, sends) = await AskAsync(address, result.FileUploadId!);
        var proved = result.Verified && result.Sha256 == expected && stored == expected && attachments == 1;
        await _world.Out.WriteLineAsync(proved
            ? $"Proved: {size:N0} bytes arrived whole (sha256 {expected}), read back and compared, attached once; {sends} sends for {result.Parts} parts, {result.Retries} attempts repeated."
            : $"NOT proved: sent {expected}, stored {stored}, attached {attachments} times.");
        return proved;
    }

    /// <summary>What the simulator itself says it has.</summary>
    private static async Task<(string? Sha256, int Attachments, int Sends)> AskAsync(Uri address, string fileUploadId)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var json = JsonDocument.Parse(await client.GetStringAsync(new Uri(address, $"/_sim/uploads/{fileUploadId}")));
        var upload = json.RootElement;
        return (upload.GetProperty("sha256").GetString(), upload.GetProperty("attachments").GetArrayLength(), upload.GetProperty("sends").GetInt32());
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
