using System.Security.Cryptography;
using Sluice.Simulator;

namespace Sluice.EndToEnd.Running;

/// <summary>A test's own place: a working folder, a state folder, a simulated Notion, and the program run there.</summary>
internal sealed class Place : IAsyncDisposable
{
    public const string Token = "secret_4mT9xQw7LkZp2RbV";
    public const string Page = "page:" + NotionSide.Page;

    /// <summary>Short delays, so that a test takes seconds; the long form keeps the defaults.</summary>
    private static readonly string[] Quick = Program.IsFull ? [] :
    [
        "--set", "Retry:InitialDelay=50ms", "--set", "Retry:MaxDelay=1s", "--set", "CircuitBreaker:BreakDuration=1s", "--set", "CircuitBreaker:RampStep=500ms",
        "--set", "Timeouts:Response=8s", "--set", "Timeouts:Total=20s",
    ];

    private readonly SimulatorHost _simulator;
    private readonly List<RunningProgram> _programs = [];

    private Place(SimulatorHost simulator)
    {
        _simulator = simulator;
        Notion = new NotionSide(simulator.Address);
        Root = Directory.CreateTempSubdirectory("sluice-e2e-").FullName;
        Folder = Path.Combine(Root, "work");
        Data = Path.Combine(Root, "data");
        Directory.CreateDirectory(Folder);
        Variables = new(StringComparer.Ordinal) { ["NOTION_TOKEN"] = Token, ["SLUICE_NOTION_URL"] = simulator.Address.ToString(), ["SLUICE_DATA"] = Data, ["HOME"] = Root };
    }

    public NotionSide Notion { get; }

    public string Root { get; }

    /// <summary>The working folder.</summary>
    public string Folder { get; }

    /// <summary>The state folder.</summary>
    public string Data { get; }

    /// <summary>The environment of the runs that follow.</summary>
    public Dictionary<string, string> Variables { get; }

    /// <param name="options">How Notion behaves; by default calm and without a request limit.</param>
    public static async Task<Place> OpenAsync(SimulatorOptions? options = null) =>
        new(await SimulatorHost.StartAsync((options ?? new SimulatorOptions { RequestsPerMinute = 0 }) with { Listen = "http://127.0.0.1:0" }, TestContext.Current.CancellationToken));

    /// <summary>Writes a file of random bytes into the working folder.</summary>
    public string Write(string name, long bytes, int seed = 1)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var random = new Random(seed);
        var piece = new byte[1 << 20];
        using var file = File.Create(path);
        for (var left = bytes; left > 0; left -= piece.Length)
        {
            random.NextBytes(piece);
            file.Write(piece, 0, (int)Math.Min(left, piece.Length));
        }

        return path;
    }

    public static string Sha256(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>Starts the program; <c>upload</c> and <c>resume</c> get the short delays.</summary>
    public RunningProgram Start(params string[] arguments) =>
        StartExactly([.. arguments, .. arguments is ["upload" or "resume", ..] ? Quick : []]);

    /// <summary>Starts the program with these arguments and no others.</summary>
    public RunningProgram StartExactly(params string[] arguments) => StartProgram(Program.Path, arguments);

    /// <summary>Starts any program in this place.</summary>
    public RunningProgram StartProgram(string program, params string[] arguments)
    {
        var running = RunningProgram.Start(program, arguments, Variables, Folder);
        _programs.Add(running);
        return running;
    }

    /// <summary>Runs the program to its end.</summary>
    public async Task<Ended> RunAsync(params string[] arguments)
    {
        var running = Start(arguments);
        running.Input.Close();
        return await running.EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var program in _programs)
        {
            program.Dispose();
        }

        Notion.Dispose();
        await _simulator.DisposeAsync();
        Directory.Delete(Root, recursive: true);
    }
}
