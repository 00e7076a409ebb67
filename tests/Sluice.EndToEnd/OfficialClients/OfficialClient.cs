using System.Diagnostics;
using Xunit;

namespace Sluice.EndToEnd.OfficialClients;

/// <summary>Runs one of Notion's own clients out of <c>tests/Sluice.EndToEnd/js</c>, where <c>npm ci</c> has put them.</summary>
internal static class OfficialClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static string Folder { get; } = Path.Combine(Root(), "tests", "Sluice.EndToEnd", "js");

    /// <summary>Runs a program to its end, with a file as its standard input; what it wrote.</summary>
    public static async Task<(int Exit, string Output, string Error)> RunAsync(string program, string[] arguments, IReadOnlyDictionary<string, string> variables, string? input = null)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, TestContext.Current.CancellationToken);
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(either.Token), process.StandardError.ReadToEndAsync(either.Token));
            if (input is not null)
            {
                await using var file = File.OpenRead(input);
                await file.CopyToAsync(process.StandardInput.BaseStream, either.Token);
            }

            process.StandardInput.Close();
            await process.WaitForExitAsync(either.Token);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Sluice.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The test does not run inside the repository.");
        }

        return folder;
    }
}
