using BenchmarkDotNet.Attributes;
using Sluice.Notion;
using Sluice.Resilience;
using Sluice.Transfer;

namespace Sluice.Bench.HotPath;

/// <summary>What 64 KiB on their way out tell the time limits, the part and the upload.</summary>
[MemoryDiagnoser]
public class ProgressBenchmarks
{
    private readonly Attempt _attempt;
    private readonly AttemptReporter _reporter;

    /// <summary>Begins a part and an attempt at it.</summary>
    public ProgressBenchmarks()
    {
        _attempt = new Attempt(new TimeoutOptions(), left: null, new UploadView(TimeProvider.System).Begin(1, 5 << 20), TimeProvider.System, CancellationToken.None);
        _reporter = new AttemptReporter(_attempt);
        _reporter.RequestStarted();
    }

    /// <summary>64 KiB.</summary>
    [Benchmark]
    public void Chunk() => _reporter.Progress(64 << 10);

    /// <summary>Ends the attempt.</summary>
    [GlobalCleanup]
    public void Cleanup() => _attempt.Dispose();
}
