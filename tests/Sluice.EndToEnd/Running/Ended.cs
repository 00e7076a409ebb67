using System.Text.Json;

namespace Sluice.EndToEnd.Running;

/// <summary>A run of the program that is over.</summary>
/// <param name="ExitCode">What it exited with; 128 plus the signal where it was killed.</param>
/// <param name="Out">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
internal sealed record Ended(int ExitCode, string Out, string Error)
{
    /// <summary>Its lines of JSON.</summary>
    public IReadOnlyList<JsonElement> Lines => [.. Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)];

    /// <summary>Its only line of JSON.</summary>
    public JsonElement Line => Assert.Single(Lines);

    /// <summary>Asserts how it ended, with all that it said where it ended otherwise.</summary>
    public Ended Exits(int code)
    {
        Assert.True(code == ExitCode, $"Exit code {ExitCode}, expected {code}.\nOut: {Out}\nError: {Error}");
        return this;
    }

    /// <summary>Asserts what it said on standard error.</summary>
    public Ended Says(params string[] parts)
    {
        foreach (var part in parts)
        {
            Assert.Contains(part, Error, StringComparison.Ordinal);
        }

        return this;
    }
}
