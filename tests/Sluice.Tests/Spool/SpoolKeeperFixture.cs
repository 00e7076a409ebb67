using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sluice.Buffers;
using Sluice.Checkpoints;
using Sluice.Checkpoints.InMemory;
using Sluice.Settings;
using Sluice.Spool;
using Sluice.Transfer;

namespace Sluice.Tests.Spool;

/// <summary>A spool with records beside it, on virtual time; <see cref="Other"/> is another process on the same folder and store.</summary>
internal sealed class SpoolKeeperFixture : IDisposable
{
    private readonly SpoolFolder _folder;
    private readonly SpoolFolder _otherFolder;

    public SpoolKeeperFixture(long maxBytes = 0, bool diesWithProcess = false, bool wholeDisk = false)
    {
        Files.Options.MaxBytes = maxBytes;
        Options.Spool.MaxBytes = maxBytes;
        Store = new InMemoryCheckpointStore(Time);
        _folder = Files.Open(wholeDisk, diesWithProcess);
        _otherFolder = Files.Open();
        Keeper = new SpoolKeeper(_folder, Store, "a", new LeaseOptions(), Time, NullLogger.Instance);
        Other = new SpoolKeeper(_otherFolder, Store, "b", new LeaseOptions(), Time, NullLogger.Instance);
    }

    public SpoolFolderFixture Files { get; } = new();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));

    public InMemoryCheckpointStore Store { get; }

    public SluiceOptions Options { get; } = new();

    public SpoolKeeper Keeper { get; }

    public SpoolKeeper Other { get; }

    public List<Sluice.Diagnostics.WaitReason> Waits { get; } = [];

    public SourceContext Context(string id = "u1", long maxLength = 5L << 30) => new(id, Options, Keeper, maxLength, Waits.Add);

    /// <summary>A record that names a spool file.</summary>
    public async Task<UploadRecord> RecordAsync(string id, UploadState state = UploadState.Interrupted, long length = 1000, string kind = "spool")
    {
        var record = new UploadRecord
        {
            Id = id,
            Owner = "local",
            Name = "a.bin",
            Length = length,
            State = state,
            ConnectionId = "c",
            Target = UploadTarget.None,
            Source = new SourceIdentity(kind, SpoolPlace.NameOf(id), length, null, null),
            Created = Time.GetUtcNow(),
            Updated = Time.GetUtcNow(),
        };
        await Store.Uploads.CreateAsync(record, CancellationToken.None);
        return record;
    }

    /// <summary>A stay of so many bytes, open.</summary>
    public SpoolStay Stay(string id, int bytes = 1000, SpoolKeeper? keeper = null)
    {
        var folder = (keeper ?? Keeper).Folder;
        var stay = folder.Create(id, folder.Space().Adopt(new LinePlace(id, accepted: true), bytes)).Stay ?? throw new InvalidOperationException("There is no stay.");
        return stay.File.Append(SpoolFolderFixture.Bytes(bytes)).IsOk ? stay : throw new InvalidOperationException("It could not be written.");
    }

    /// <summary>A file that a process left behind, with or without a record.</summary>
    public void Leave(string id, int bytes = 1000)
    {
        var stay = Stay(id, bytes, Other);
        stay.IsRecorded = true;
        stay.Dispose();
    }

    public void Dispose()
    {
        _folder.Dispose();
        _otherFolder.Dispose();
        Files.Dispose();
    }
}
