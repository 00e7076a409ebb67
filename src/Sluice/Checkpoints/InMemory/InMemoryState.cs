using System.Collections.Immutable;

namespace Sluice.Checkpoints.InMemory;

/// <summary>All that the store knows at one commit. Immutable, so that an older commit can be gone back to (<see cref="InMemoryCore.LosePower"/>).</summary>
internal sealed record InMemoryState
{
    public ImmutableDictionary<string, InMemoryUpload> Uploads { get; init; } = ImmutableDictionary.Create<string, InMemoryUpload>(StringComparer.Ordinal);

    /// <summary>Upload ids by the order they were created in.</summary>
    public ImmutableSortedDictionary<long, string> Order { get; init; } = ImmutableSortedDictionary<long, string>.Empty;

    public ImmutableDictionary<string, InMemoryLease> Leases { get; init; } = ImmutableDictionary.Create<string, InMemoryLease>(StringComparer.Ordinal);

    public ImmutableDictionary<string, InMemoryConnection> Connections { get; init; } = ImmutableDictionary.Create<string, InMemoryConnection>(StringComparer.Ordinal);

    public ImmutableSortedDictionary<string, KeyRecord> Keys { get; init; } = ImmutableSortedDictionary.Create<string, KeyRecord>(StringComparer.Ordinal);

    public ImmutableSortedDictionary<string, LinkRecord> Links { get; init; } = ImmutableSortedDictionary.Create<string, LinkRecord>(StringComparer.Ordinal);

    public ImmutableDictionary<string, TailRecord> Tails { get; init; } = ImmutableDictionary.Create<string, TailRecord>(StringComparer.Ordinal);

    public ImmutableSortedDictionary<long, InMemoryEvent> Outbox { get; init; } = ImmutableSortedDictionary<long, InMemoryEvent>.Empty;

    /// <summary>The last number given to an upload or an event.</summary>
    public long Sequence { get; init; }

    /// <summary>The last fence given out, over all keys: it grows although leases come and go.</summary>
    public long Fence { get; init; }

    /// <summary>What keeps a fenced write out; null where it may go on. A generation of null is not checked.</summary>
    public StoreOutcome? Refusal(string uploadId, Lease lease, int? generation)
    {
        LeaseKeys.MustBeOf(lease, uploadId);
        if (!Uploads.TryGetValue(uploadId, out var upload))
        {
            return StoreOutcome.Missing;
        }

        if (UnreadableRecord.OfVersion(uploadId, upload.Record.Version) is { } unreadable)
        {
            throw unreadable.ToException();
        }

        var current = Leases.TryGetValue(lease.Key, out var row) && row.Fence == lease.Fence && row.Holder == lease.Holder;
        return current && (generation is null || generation == upload.Generation) ? null : StoreOutcome.Stale;
    }
}
