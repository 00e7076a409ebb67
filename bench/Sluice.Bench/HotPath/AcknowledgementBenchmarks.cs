using BenchmarkDotNet.Attributes;
using Sluice.Checkpoints;
using Sluice.Integrity;
using Sluice.Parts;
using Sluice.Stores.Sqlite;
using Sluice.Transfer;

namespace Sluice.Bench.HotPath;

/// <summary>The row of an acknowledged part on its way into SQLite, until it is durable.</summary>
[MemoryDiagnoser]
public class AcknowledgementBenchmarks
{
    private const string Id = "00000000000000000000000000000001";
    private const int PartSize = 5 << 20;

    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-bench-").FullName;
    private readonly PartProof _proof = new(ProofKind.Prefix, new byte[32], new byte[112]);
    private ICheckpointStore? _store;
    private AcknowledgementWriter? _writer;
    private int _number;

    /// <summary>Makes the store and an upload in it.</summary>
    [GlobalSetup]
    public void Setup() => SetupAsync().GetAwaiter().GetResult();

    /// <summary>One row.</summary>
    [Benchmark]
    public void Row()
    {
        _number = (_number % 1000) + 1;
        var outcome = _writer!.WriteAsync(new PartRow(1, _number, PartSize, _proof), CancellationToken.None).GetAwaiter().GetResult();
        if (outcome != StoreOutcome.Written)
        {
            throw new InvalidOperationException($"The row was not written: {outcome}.");
        }
    }

    /// <summary>Removes the store.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _store?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task SetupAsync()
    {
        _store = await SqliteCheckpointStore.OpenAsync(Path.Combine(_folder, SqliteCheckpointStore.FileName));
        var now = TimeProvider.System.GetUtcNow();
        await _store.Uploads.CreateAsync(
            new UploadRecord
            {
                Id = Id,
                Owner = "local",
                Name = "a.txt",
                Length = 5L << 30,
                State = UploadState.Transferring,
                ConnectionId = "bench",
                Target = new UploadTarget(TargetKind.Page, "00000000-0000-4000-8000-000000000001", null),
                Generation = new GenerationRecord(1, "upload", new PartPlan(5L << 30, 5_373_952, PartMode.Multi), now, "text/plain"),
                Created = now,
                Updated = now,
            },
            CancellationToken.None);
        var answer = await _store.Leases.AcquireAsync(LeaseKeys.Upload(Id), "bench", TimeSpan.FromHours(1), address: null, CancellationToken.None);
        _writer = new AcknowledgementWriter(_store.Uploads, Id, answer.Lease ?? throw new InvalidOperationException("The lease is held."), 1, 1, TimeProvider.System);
    }
}
