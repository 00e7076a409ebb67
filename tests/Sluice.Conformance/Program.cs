using Sluice.Conformance.Checkpoints;
using Sluice.Conformance.Spool;

namespace Sluice.Conformance;

/// <summary>Runs the tests, or, where the first argument says so, the process that a test kills.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => args switch
    {
        [StoreChild.Verb, var folder] => StoreChild.RunAsync(folder),
        [SpoolChild.Verb, var state, var address, var bytesPerSecond] => SpoolChild.RunAsync(state, address, bytesPerSecond),
        _ when args.Contains("--server") || args.Contains("--internal-msbuild-node") =>
            Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args),
    };
}
