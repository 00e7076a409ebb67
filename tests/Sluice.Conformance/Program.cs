using Sluice.Conformance.Checkpoints;

namespace Sluice.Conformance;

/// <summary>Runs the tests, or, where the first argument says so, the process that a test kills.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => args switch
    {
        [StoreChild.Verb, var folder] => StoreChild.RunAsync(folder),
        _ when args.Contains("--server") || args.Contains("--internal-msbuild-node") =>
            Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args),
    };
}
