using BenchmarkDotNet.Attributes;
using Sluice.Bench.Budget;
using Sluice.Notion;
using Sluice.Parts;
using Sluice.Transfer;

namespace Sluice.Bench.HotPath;

/// <summary>
/// A file's part in the body of a multipart request, over a connection that takes every piece late: hashed while it is sent for
/// the first time, and read again when it is sent again.
/// </summary>
[MemoryDiagnoser]
public class ReplayBenchmarks
{
    private const int ReadBuffer = 64 << 10;
    private const int Small = 5 << 20;
    private const int Large = 20 << 20;

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"sluice-bench-{Guid.NewGuid():N}");
    private readonly SlowStream _connection = new();
    private FileByteSource? _source;

    /// <summary>Writes the file.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var bytes = new byte[Large + 1];
        new Random(1).NextBytes(bytes);
        System.IO.File.WriteAllBytes(_path, bytes);
        _source = FileByteSource.Open(_path);
    }

    /// <summary>A part of 5 MiB, first sent.</summary>
    [Benchmark]
    public void First5MiB() => Send(Small, again: false);

    /// <summary>A part of 20 MiB, first sent: whatever it allocates more, its chunks allocate.</summary>
    [Benchmark]
    [PerChunk(nameof(First5MiB), (Large - Small) / ReadBuffer)]
    public void First20MiB() => Send(Large, again: false);

    /// <summary>A part of 5 MiB, sent twice.</summary>
    [Benchmark]
    public void Twice5MiB() => Send(Small, again: true);

    /// <summary>A part of 20 MiB, sent twice.</summary>
    [Benchmark]
    [PerChunk(nameof(Twice5MiB), 2 * (Large - Small) / ReadBuffer)]
    public void Twice20MiB() => Send(Large, again: true);

    /// <summary>Removes the file.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _source?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        System.IO.File.Delete(_path);
    }

    private void Send(int size, bool again)
    {
        using var supply = new ReplayPartSupply(_source!, new PartPlan(Large + 1, size, PartMode.Multi), ReadBuffer, hashing: true);
        var prepared = supply.PrepareAsync(1, CancellationToken.None);
        using var part = prepared.IsCompletedSuccessfully ? prepared.Result : throw new InvalidOperationException("The first part waits for something.");
        Send(part);
        if (again)
        {
            Send(part);
        }
    }

    private void Send(PreparedPart part)
    {
        var attempt = new BenchAttempt();
        using var content = new PartContent(new SendFileUploadRequest("upload", 1, "text/plain", part.Body) { FileName = "a.txt" }, "boundary", new AttemptReporter(attempt));
        content.CopyToAsync(_connection, CancellationToken.None).GetAwaiter().GetResult();
        if (attempt.Moved != part.Body.Length)
        {
            throw new InvalidOperationException($"{attempt.Moved} of {part.Body.Length} bytes were sent.");
        }
    }
}
