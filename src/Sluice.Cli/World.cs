namespace Sluice.Cli;

/// <summary>All that a command touches outside of itself, so that tests can stand in for it.</summary>
internal sealed class World
{
    /// <summary>Results.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Everything else: progress, errors, advice.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Opens standard input.</summary>
    public required Func<Stream> OpenInput { get; init; }

    /// <summary>The environment's variables.</summary>
    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    public required string WorkingFolder { get; init; }

    /// <summary>True where <see cref="Error"/> is a terminal that can move its cursor.</summary>
    public required bool HasLiveTerminal { get; init; }

    /// <summary>Width and height of that terminal, now.</summary>
    public required Func<(int Columns, int Rows)> TerminalSize { get; init; }

    public required StopSignal Stop { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>A variable that is set to something.</summary>
    public string? Variable(string name) => Variables.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>The same with other variables.</summary>
    public World With(IReadOnlyDictionary<string, string> variables) => new()
    {
        Out = Out,
        Error = Error,
        OpenInput = OpenInput,
        Variables = variables,
        WorkingFolder = WorkingFolder,
        HasLiveTerminal = HasLiveTerminal,
        TerminalSize = TerminalSize,
        Stop = Stop,
        Time = Time,
    };

    /// <summary>The real one.</summary>
    public static World OfProcess(StopSignal stop)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry pair in Environment.GetEnvironmentVariables())
        {
            variables[(string)pair.Key] = (string?)pair.Value ?? "";
        }

        return new World
        {
            Out = Console.Out,
            Error = Console.Error,
            OpenInput = Console.OpenStandardInput,
            Variables = variables,
            WorkingFolder = Directory.GetCurrentDirectory(),
            HasLiveTerminal = !Console.IsErrorRedirected && variables.GetValueOrDefault("TERM") is not "dumb",
            TerminalSize = static () => (Math.Max(20, Console.WindowWidth), Math.Max(4, Console.WindowHeight)),
            Stop = stop,
        };
    }
}
