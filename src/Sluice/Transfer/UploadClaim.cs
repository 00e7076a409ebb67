using Sluice.Checkpoints;
using Sluice.Errors;

namespace Sluice.Transfer;

/// <summary>
/// Finds the record of the same upload or makes one, and takes its lease. Looking and making happen under a lease on the
/// source's key, so that two processes starting the same upload at once end up with one record.
/// </summary>
internal sealed class UploadClaim(TransferEngine engine, UploadRequest request, Preflight names, IByteSource source, string newId)
{
    /// <summary>Looking and making takes milliseconds; whoever holds the key this long is not doing that.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task<Claim> TakeAsync(CancellationToken cancellationToken)
    {
        var key = request.ResumeId is null ? SourceKeys.Of(request.Source, names.Target, engine.Connection.Id) : null;
        if (key is null)
        {
            return await FindOrMakeAsync(null, cancellationToken).ConfigureAwait(false);
        }

        var looking = await LeaseKeeper.AcquireAsync(engine.Store.Leases, LeaseKeys.Source(key), engine.Holder, engine.Options.Lease, null, Patience, false, engine.Time, cancellationToken).ConfigureAwait(false);
        if (looking.Keeper is not { } keeper)
        {
            throw new SluiceException(ErrorCodes.Locked, "Another process is starting this very upload; wait for it, then run the same command again.");
        }

        await using (keeper.ConfigureAwait(false))
        {
            return await FindOrMakeAsync(key, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<Claim> FindOrMakeAsync(string? key, CancellationToken cancellationToken)
    {
        var uploads = engine.Store.Uploads;
        var found = request.ResumeId is { } id ? await uploads.FindAsync(id, cancellationToken).ConfigureAwait(false)
            : key is not null ? await uploads.FindBySourceAsync(key, cancellationToken).ConfigureAwait(false)
            : null;
        var doneBefore = false;
        if (found is { State: UploadState.Done })
        {
            // A file that was written since is another one: what was done is not it.
            doneBefore = found.Source is not { Kind: "file" } then || FileIdentity.Difference(then, source.Identity) is null;
            if (request.ResumeId is not null || (request.SkipDone && doneBefore))
            {
                return new Claim(found, null, default) { AlreadyDone = true };
            }

            found = null;
        }

        if (found is not null && request.Restart)
        {
            var old = await LeaseAsync(found.Id, cancellationToken).ConfigureAwait(false);
            if (old is null)
            {
                return Locked(found);
            }

            await uploads.DeleteAsync(found.Id, cancellationToken).ConfigureAwait(false);
            await old.DisposeAsync().ConfigureAwait(false);
            found = null;
        }

        if (found is null)
        {
            var made = NewRecord(key);
            await uploads.CreateAsync(made, cancellationToken).ConfigureAwait(false);
            var lease = await LeaseAsync(made.Id, cancellationToken).ConfigureAwait(false);
            return lease is null ? Locked(made) : new Claim(made, lease, default) { DoneBefore = doneBefore };
        }

        return await GoOnAsync(found.Id, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Claim> GoOnAsync(string id, CancellationToken cancellationToken)
    {
        var lease = await LeaseAsync(id, cancellationToken).ConfigureAwait(false);

        // Read again: what was found before the lease may be older than what its last holder wrote.
        var record = await engine.Store.Uploads.FindAsync(id, cancellationToken).ConfigureAwait(false)
            ?? throw new SluiceException(ErrorCodes.NotFound, $"Upload {id} was removed by another process just now.");
        if (lease is null)
        {
            return Locked(record);
        }

        if (record.State == UploadState.Done)
        {
            await lease.DisposeAsync().ConfigureAwait(false);
            return new Claim(record, null, default) { AlreadyDone = true };
        }

        var difference = record.Source is { Kind: "file" } before ? FileIdentity.Difference(before, source.Identity) : null;
        if (difference is not null)
        {
            await lease.DisposeAsync().ConfigureAwait(false);
            return new Claim(record, null, StepOutcome.Failed(difference));
        }

        return new Claim(record, lease, default);
    }

    private async Task<LeaseKeeper?> LeaseAsync(string id, CancellationToken cancellationToken)
    {
        var attempt = await LeaseKeeper.AcquireAsync(
            engine.Store.Leases, LeaseKeys.Upload(id), engine.Holder, engine.Options.Lease, null, TimeSpan.Zero, false, engine.Time, cancellationToken).ConfigureAwait(false);
        return attempt.Keeper;
    }

    private static Claim Locked(UploadRecord record) => new(record, null, StepOutcome.Interrupted(
        ErrorCodes.Locked, $"Another process is moving this upload ({record.Id}). Wait for it to end, or stop it; then run the same command again."));

    private UploadRecord NewRecord(string? key) => new()
    {
        Id = newId,
        Owner = request.Owner,
        Name = names.Name,
        ContentType = names.ContentType,
        Length = source.Length,
        State = UploadState.Waiting,
        ConnectionId = engine.Connection.Id,
        Target = names.Target,
        Caption = request.Caption,
        SourceKey = key,
        Source = source.Identity,
        Created = engine.Time.GetUtcNow(),
        Updated = engine.Time.GetUtcNow(),
    };
}
