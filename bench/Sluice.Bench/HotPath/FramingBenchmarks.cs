using BenchmarkDotNet.Attributes;
using Sluice.Notion;

namespace Sluice.Bench.HotPath;

/// <summary>The form around a part.</summary>
[MemoryDiagnoser]
public class FramingBenchmarks
{
    /// <summary>Boundary, head and tail of one part.</summary>
    [Benchmark]
    public void Form()
    {
        var boundary = MultipartForm.NewBoundary();
        _ = MultipartForm.Head(boundary, "Ein langer Name mit Umlauten äöü.mp4", "video/mp4");
        _ = MultipartForm.Tail(boundary, 227);
    }
}
