using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Sluice.Bench.Budget;

namespace Sluice.Bench;

/// <summary>
/// <c>--budget FILE [--trx FILE]</c> measures what each benchmark allocates and fails where that is more than the file allows;
/// anything else is BenchmarkDotNet's own command line.
/// </summary>
internal static class Program
{
    public static int Main(string[] args)
    {
        if (args is ["--budget", var budget, .. var rest])
        {
            return BudgetRun.Run(budget, rest is ["--trx", var trx] ? trx : null, Console.Out);
        }

        // In this process: BenchmarkDotNet's generated project would inherit this repository's props, lock files and output folder.
        var config = DefaultConfig.Instance.AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance));
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
        return 0;
    }
}
