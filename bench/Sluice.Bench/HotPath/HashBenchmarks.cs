using BenchmarkDotNet.Attributes;
using Sluice.Integrity;

namespace Sluice.Bench.HotPath;

/// <summary>The one SHA-256 pass of a file, and the fingerprint that compares two readings.</summary>
[MemoryDiagnoser]
public class HashBenchmarks
{
    private readonly byte[] _chunk = new byte[64 << 10];
    private readonly RunningSha256 _sha = RunningSha256.Create();
    private readonly PartFingerprint _fingerprint = new();

    /// <summary>64 KiB of the whole-file digest.</summary>
    [Benchmark]
    public void Chunk() => _sha.Append(_chunk);

    /// <summary>64 KiB of a part's fingerprint.</summary>
    [Benchmark]
    public void FingerprintChunk() => _fingerprint.Append(_chunk);

    /// <summary>What proves a part: the digest and the state at its end.</summary>
    [Benchmark]
    public void Boundary() => _ = _sha.ProofAtBoundary();

    /// <summary>Lets go of the running digest.</summary>
    [GlobalCleanup]
    public void Cleanup() => _sha.Dispose();
}
