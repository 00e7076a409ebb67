using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Sluice.EndToEnd.Running;

/// <summary>The program under way. Everything it says is kept; it is killed with the test.</summary>
internal sealed partial class RunningProgram : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();
    private readonly Task _read;

    private RunningProgram(Process process)
    {
        _process = process;
        _read = Task.WhenAll(ReadAsync(process.StandardOutput, _out), ReadAsync(process.StandardError, _error));
    }

    public Stream Input => _process.StandardInput.BaseStream;

    public bool IsOver => _process.HasExited;

    public static RunningProgram Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, string folder)
    {
        var start = new ProcessStartInfo(program) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // Nothing of this machine's own settings reaches the program.
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("SLUICE", StringComparison.Ordinal) || n.StartsWith("NOTION", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new RunningProgram(Process.Start(start)!);
    }

    /// <summary>What it said on standard error so far.</summary>
    public string Error
    {
        get
        {
            lock (_error)
            {
                return _error.ToString();
            }
        }
    }

    /// <summary>What it printed so far.</summary>
    public string Out
    {
        get
        {
            lock (_out)
            {
                return _out.ToString();
            }
        }
    }

    public void Send(Signal signal) => Assert.Equal(0, kill(_process.Id, (int)signal));

    /// <summary>Until it said something on standard error; an end without it fails.</summary>
    public Task SaysAsync(string text) => Bounds.UntilAsync(
        () => Error.Contains(text, StringComparison.Ordinal) ? Task.FromResult(true) : IsOver && _read.IsCompleted ? throw new InvalidOperationException($"It ended without saying '{text}'.\nOut: {Out}\nError: {Error}") : Task.FromResult(false),
        () => $"the program says '{text}'; it said: {Error}");

    /// <summary>Until it is over.</summary>
    public async Task<Ended> EndAsync()
    {
        using var bound = new CancellationTokenSource(Bounds.Wait, TimeProvider.System);
        try
        {
            await _process.WaitForExitAsync(bound.Token);
            await _read.WaitAsync(bound.Token);
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"The program did not end within {Bounds.Wait}.\nOut: {Out}\nError: {Error}", e);
        }

        return new Ended(_process.ExitCode, Out, Error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static async Task ReadAsync(StreamReader reader, StringBuilder into)
    {
        var buffer = new char[4096];
        int read;
        while ((read = await reader.ReadAsync(buffer, CancellationToken.None)) > 0)
        {
            lock (into)
            {
                into.Append(buffer, 0, read);
            }
        }
    }

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);
}
