using System.Collections.Immutable;
using System.Globalization;

namespace Sluice.Checkpoints.InMemory;

/// <summary>Uploads in memory.</summary>
internal sealed class InMemoryUploads(InMemoryGate gate) : IUploadStore
{
    public async ValueTask CreateAsync(UploadRecord record, CancellationToken cancellationToken) =>
        await gate.WriteAsync("uploads.create", Durability.Power, (state, now) =>
        {
            if (state.Uploads.ContainsKey(record.Id))
            {
                throw new InvalidOperationException($"Upload {record.Id} exists already.");
            }

            var sequence = state.Sequence + 1;
            var upload = new InMemoryUpload(sequence, record, now, ImmutableSortedDictionary<int, PartRow>.Empty);
            var next = state with { Sequence = sequence, Uploads = state.Uploads.Add(record.Id, upload), Order = state.Order.Add(sequence, record.Id) };
            return (next, true);
        }, cancellationToken).ConfigureAwait(false);

    public ValueTask<UploadRecord?> FindAsync(string id, CancellationToken cancellationToken) =>
        gate.ReadAsync("uploads.find", (state, _) => state.Uploads.TryGetValue(id, out var upload) ? Read(upload) : null, cancellationToken);

    public ValueTask<UploadRecord?> FindBySourceAsync(string sourceKey, CancellationToken cancellationToken) =>
        gate.ReadAsync("uploads.find_by_source", (state, _) =>
        {
            var newest = state.Order.Values.Reverse().Select(id => state.Uploads[id]).FirstOrDefault(upload => upload.Record.SourceKey == sourceKey);
            return newest is null ? null : Read(newest);
        }, cancellationToken);

    public ValueTask<UploadPage> ListAsync(UploadQuery query, CancellationToken cancellationToken) =>
        gate.ReadAsync("uploads.list", (state, _) =>
        {
            var before = query.Cursor is null ? long.MaxValue : long.Parse(query.Cursor, CultureInfo.InvariantCulture);
            var records = new List<UploadRecord>();
            var unreadable = new List<UnreadableRecord>();
            string? next = null;
            var last = 0L;
            foreach (var upload in state.Order.Reverse().Where(pair => pair.Key < before).Select(pair => state.Uploads[pair.Value]).Where(upload => Matches(upload.Record, query)))
            {
                if (records.Count + unreadable.Count == query.Limit)
                {
                    next = last.ToString(CultureInfo.InvariantCulture);
                    break;
                }

                last = upload.Sequence;
                if (UnreadableRecord.OfVersion(upload.Record.Id, upload.Record.Version) is { } reason)
                {
                    unreadable.Add(reason);
                }
                else
                {
                    records.Add(upload.Record);
                }
            }

            return new UploadPage(records, next, unreadable);
        }, cancellationToken);

    public ValueTask<IReadOnlyDictionary<UploadState, int>> CountAsync(TimeSpan? changedWithin, CancellationToken cancellationToken) =>
        gate.ReadAsync<IReadOnlyDictionary<UploadState, int>>("uploads.count", (state, now) =>
            state.Uploads.Values
                .Where(upload => upload.Record.Version <= UploadRecord.CurrentVersion && (changedWithin is not { } span || now - upload.Changed <= span.Ticks))
                .GroupBy(upload => upload.Record.State)
                .ToDictionary(group => group.Key, group => group.Count()), cancellationToken);

    public ValueTask<StoreOutcome> UpdateAsync(UploadRecord record, Lease lease, Durability durability, OutboxEvent? withEvent, CancellationToken cancellationToken) =>
        gate.WriteAsync("uploads.update", durability, (state, now) =>
        {
            if (state.Refusal(record.Id, lease, generation: null) is { } refusal)
            {
                return (state, refusal);
            }

            var old = state.Uploads[record.Id];
            var updated = old with { Record = record, Changed = now };
            if (updated.Generation < old.Generation)
            {
                return (state, StoreOutcome.Stale);
            }

            if (updated.Generation > old.Generation)
            {
                updated = updated with { Parts = ImmutableSortedDictionary<int, PartRow>.Empty };
            }

            var next = state with { Uploads = state.Uploads.SetItem(record.Id, updated) };
            return (withEvent is null ? next : InMemoryOutbox.With(next, withEvent, now), StoreOutcome.Written);
        }, cancellationToken);

    public ValueTask<StoreOutcome> AddPartsAsync(string id, Lease lease, int generation, IReadOnlyList<PartRow> rows, CancellationToken cancellationToken)
    {
        PartRow.MustBeOf(rows, generation);
        return gate.WriteAsync("uploads.add_parts", Durability.Process, (state, now) =>
        {
            if (state.Refusal(id, lease, generation) is { } refusal)
            {
                return (state, refusal);
            }

            var old = state.Uploads[id];
            var parts = old.Parts.SetItems(rows.Select(row => KeyValuePair.Create(row.Number, row)));
            return (state with { Uploads = state.Uploads.SetItem(id, old with { Parts = parts, Changed = now }) }, StoreOutcome.Written);
        }, cancellationToken);
    }

    public ValueTask<IReadOnlyList<PartRow>> PartsAsync(string id, int generation, CancellationToken cancellationToken) =>
        gate.ReadAsync<IReadOnlyList<PartRow>>("uploads.parts", (state, _) =>
            state.Uploads.TryGetValue(id, out var upload) ? [.. upload.Parts.Values.Where(row => row.Generation == generation)] : [], cancellationToken);

    public ValueTask<bool> DeleteAsync(string id, CancellationToken cancellationToken) =>
        gate.WriteAsync("uploads.delete", Durability.Power, (state, _) =>
            state.Uploads.ContainsKey(id) ? (Without(state, id), true) : (state, false), cancellationToken, LeaseKeys.Upload(id));

    public ValueTask<IReadOnlyList<string>> DeleteExpiredAsync(TimeSpan unchangedFor, TimeSpan doneFor, Func<UploadRecord, OutboxEvent?> withEvent, CancellationToken cancellationToken)
    {
        var dead = gate.Core.DeadHolders();
        return gate.WriteAsync<IReadOnlyList<string>>("uploads.delete_expired", Durability.Process, (state, now) =>
        {
            var expired = state.Order.Values.Where(id =>
            {
                var upload = state.Uploads[id];
                var age = now - upload.Changed;
                var limit = upload.Record.State == UploadState.Done ? doneFor : unchangedFor;
                var held = state.Leases.TryGetValue(LeaseKeys.Upload(id), out var lease) && lease.Until > now && !dead.Contains(lease.Holder);
                return age > limit.Ticks && !held && upload.Record.Version <= UploadRecord.CurrentVersion;
            }).ToList();
            var next = expired.Select(id => withEvent(state.Uploads[id].Record)).OfType<OutboxEvent>().Aggregate(state, (s, item) => InMemoryOutbox.With(s, item, now));
            return (expired.Aggregate(next, Without), expired);
        }, cancellationToken);
    }

    private static InMemoryState Without(InMemoryState state, string id) => state with
    {
        Order = state.Order.Remove(state.Uploads[id].Sequence),
        Uploads = state.Uploads.Remove(id),
        Tails = state.Tails.Remove(id),
        Leases = state.Leases.Remove(LeaseKeys.Upload(id)),
    };

    private static bool Matches(UploadRecord record, UploadQuery query) =>
        (query.Owner is null || record.Owner == query.Owner)
        && (query.States is null || query.States.Contains(record.State) || record.Version > UploadRecord.CurrentVersion);

    private static UploadRecord Read(InMemoryUpload upload) =>
        UnreadableRecord.OfVersion(upload.Record.Id, upload.Record.Version) is { } reason ? throw reason.ToException() : upload.Record;
}
