using Sluice.Errors;
using Sluice.Notion;

namespace Sluice.Bench.HotPath;

/// <summary>An attempt without limits, for benchmarks of what lies below it.</summary>
internal sealed class BenchAttempt : IAttempt
{
    public CancellationToken Token => CancellationToken.None;

    public ErrorCode? ExpiredLimit => null;

    public long Moved { get; private set; }

    public void Connecting()
    {
        // No limit runs.
    }

    public void Connected()
    {
        // No limit runs.
    }

    public void Progress(long bytes) => Moved += bytes;

    public void BodySent()
    {
        // No limit runs.
    }

    public void ResponseStarted()
    {
        // No limit runs.
    }
}
