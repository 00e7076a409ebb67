namespace Sluice.EndToEnd.Running;

/// <summary>The published program that is tested.</summary>
internal static class Program
{
    /// <summary>Its path, from <c>SLUICE_BIN</c>.</summary>
    public static string Path => Environment.GetEnvironmentVariable("SLUICE_BIN") is { Length: > 0 } path && File.Exists(path)
        ? System.IO.Path.GetFullPath(path)
        : throw new InvalidOperationException("These tests run the published program, and SLUICE_BIN does not name it. Publish it with 'dotnet publish src/Sluice.Cli', then set SLUICE_BIN to artifacts/publish/Sluice.Cli/release/sluice (./test.sh does both).");

    /// <summary>The long form: default delays, full sizes.</summary>
    public static bool IsFull => Environment.GetEnvironmentVariable("SLUICE_FULL") == "1";
}
