namespace Sluice.Checkpoints;

/// <summary>Uploads with their part rows.</summary>
internal interface IUploadStore
{
    /// <summary>Writes a new record, durable against power loss. The id is new; a second create of the same id throws.</summary>
    ValueTask CreateAsync(UploadRecord record, CancellationToken cancellationToken);

    /// <summary>Reads a record; null where there is none. A record of a newer version throws <c>state_newer</c>, an unreadable one <c>state_corrupt</c>, each naming the id.</summary>
    ValueTask<UploadRecord?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>The newest record with this <see cref="UploadRecord.SourceKey"/>; null where there is none.</summary>
    ValueTask<UploadRecord?> FindBySourceAsync(string sourceKey, CancellationToken cancellationToken);

    /// <summary>
    /// A page of records, the last created first; unreadable and newer ones are listed by id in <see cref="UploadPage.Unreadable"/> of the page they
    /// fall on, newer ones whatever the states asked for.
    /// </summary>
    ValueTask<UploadPage> ListAsync(UploadQuery query, CancellationToken cancellationToken);

    /// <summary>How many records are in each state; states without one are left out, and so are records of a newer version. One question, however many there are.</summary>
    /// <param name="changedWithin">Only those that changed, or got a row, in the last so long; null: all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<IReadOnlyDictionary<UploadState, int>> CountAsync(TimeSpan? changedWithin, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces a record under the lease's fence. Part rows of generations below the record's are deleted in the same step.
    /// A generation's number never goes down, and a record that had one keeps one: an update without is <see cref="StoreOutcome.Stale"/>.
    /// An event is put into the outbox in the same step where one is given.
    /// </summary>
    ValueTask<StoreOutcome> UpdateAsync(UploadRecord record, Lease lease, Durability durability, OutboxEvent? withEvent, CancellationToken cancellationToken);

    /// <summary>Adds rows of acknowledged parts, all or none, under the fence and the record's own generation. Writing a row again replaces it. Implementations may group calls; the answer comes when the rows are durable.</summary>
    ValueTask<StoreOutcome> AddPartsAsync(string id, Lease lease, int generation, IReadOnlyList<PartRow> rows, CancellationToken cancellationToken);

    /// <summary>The rows of one generation, by number.</summary>
    ValueTask<IReadOnlyList<PartRow>> PartsAsync(string id, int generation, CancellationToken cancellationToken);

    /// <summary>Deletes a record with its rows, tail and lease; true where there was one. Also deletes unreadable and newer ones.</summary>
    ValueTask<bool> DeleteAsync(string id, CancellationToken cancellationToken);

    /// <summary>Deletes records that nobody holds and that neither changed nor got a row for longer than <paramref name="unchangedFor"/>, or <paramref name="doneFor"/> where done; gives their ids. Records of a newer version are left to that version.
    /// <paramref name="withEvent"/> makes the event of a record, which is put into the outbox in the same step; it is not asked for an unreadable one, and must not call the store.</summary>
    ValueTask<IReadOnlyList<string>> DeleteExpiredAsync(TimeSpan unchangedFor, TimeSpan doneFor, Func<UploadRecord, OutboxEvent?> withEvent, CancellationToken cancellationToken);
}
