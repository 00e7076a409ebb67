using BenchmarkDotNet.Attributes;
using Sluice.Bench.Budget;
using Sluice.Integrity;
using Sluice.Notion;
using Sluice.Transfer;

namespace Sluice.Bench.HotPath;

/// <summary>A file's part read again into the body of a multipart request, over a connection that takes bytes late.</summary>
[MemoryDiagnoser]
public class ReplayBenchmarks
{
    private const int ReadBuffer = 64 << 10;
    private const int Small = 5 << 20;
    private const int Large = 20 << 20;

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"sluice-bench-{Guid.NewGuid():N}");
    private readonly SlowStream _connection = new();
    private FileByteSource? _source;
    private UInt128 _small;
    private UInt128 _large;

    /// <summary>Writes the file.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var bytes = new byte[Large];
        new Random(1).NextBytes(bytes);
        System.IO.File.WriteAllBytes(_path, bytes);
        _source = FileByteSource.Open(_path);
        var fingerprint = new PartFingerprint();
        fingerprint.Append(bytes.AsSpan(0, Small));
        _small = fingerprint.Complete();
        fingerprint.Append(bytes);
        _large = fingerprint.Complete();
    }

    /// <summary>A part of 5 MiB.</summary>
    [Benchmark]
    public void Part5MiB() => Send(Small, _small);

    /// <summary>A part of 20 MiB: whatever it allocates more, its chunks allocate.</summary>
    [Benchmark]
    [PerChunk(nameof(Part5MiB), (Large - Small) / ReadBuffer)]
    public void Part20MiB() => Send(Large, _large);

    /// <summary>Removes the file.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _source?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        System.IO.File.Delete(_path);
    }

    private void Send(int length, UInt128 fingerprint)
    {
        var body = new ReplayPartBody(_source!, 1, 0, length, fingerprint, ReadBuffer);
        var attempt = new BenchAttempt();
        using var content = new PartContent(new SendFileUploadRequest("upload", 1, "text/plain", body) { FileName = "a.txt" }, "boundary", new AttemptReporter(attempt));
        content.CopyToAsync(_connection, CancellationToken.None).GetAwaiter().GetResult();
        if (attempt.Moved != length)
        {
            throw new InvalidOperationException($"{attempt.Moved} of {length} bytes were sent.");
        }
    }
}
