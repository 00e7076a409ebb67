using Sluice.Checkpoints;
using Sluice.Diagnostics;
using Sluice.Errors;

namespace Sluice.Transfer;

/// <summary>
/// Finds the record of the same upload or makes one, and takes its lease. Looking and making happen under a lease on the
/// source's key, so that two processes starting the same upload at once end up with one record.
/// </summary>
internal sealed class UploadClaim(TransferEngine engine, UploadRequest request, Preflight names, IByteSource source, string newId, UploadView view)
{
    /// <summary>Looking and making takes milliseconds; whoever holds the key this long is not doing that.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task<Claim> TakeAsync(CancellationToken cancellationToken)
    {
        if (request is { ResumeId: { } known, Restart: false })
        {
            return await GoOnAsync(known, cancellationToken).ConfigureAwait(false);
        }

        var key = request.ResumeId is null ? SourceKeys.Of(request.Source, names.Target, engine.Connection.Id) : null;
        if (key is null)
        {
            return (await FindOrMakeAsync(null, null, cancellationToken).ConfigureAwait(false))!;
        }

        while (true)
        {
            var looking = await AskAsync(() => new ValueTask<LeaseAttempt>(engine.Leases.AcquireAsync(LeaseKeys.Source(key), Patience, cancellationToken)), cancellationToken).ConfigureAwait(false);
            if (looking.Keeper is not { } keeper)
            {
                throw new SluiceException(ErrorCodes.Locked, "Another process is starting this very upload; wait for it, then run the same command again.");
            }

            await using (keeper.ConfigureAwait(false))
            {
                if (await FindOrMakeAsync(key, keeper, cancellationToken).ConfigureAwait(false) is { } claim)
                {
                    return claim;
                }
            }
        }
    }

    /// <summary>The lease of a known upload once more, after it was lost.</summary>
    public Task<Claim> AgainAsync(string id, CancellationToken cancellationToken)
    {
        view.Waiting(WaitReason.Checkpoint);
        return GoOnAsync(id, cancellationToken);
    }

    /// <summary>Null: the right to look was lost before the record was made, so another process may have made one as well; look again.</summary>
    private async Task<Claim?> FindOrMakeAsync(string? key, LeaseKeeper? looking, CancellationToken cancellationToken)
    {
        var uploads = engine.Store.Uploads;
        var found = request.ResumeId is { } id ? await AskAsync(() => uploads.FindAsync(id, cancellationToken), cancellationToken).ConfigureAwait(false)
            : key is not null ? await AskAsync(() => uploads.FindBySourceAsync(key, cancellationToken), cancellationToken).ConfigureAwait(false)
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

            await AskAsync(() => uploads.DeleteAsync(found.Id, cancellationToken), cancellationToken).ConfigureAwait(false);
            await old.DisposeAsync().ConfigureAwait(false);
            found = null;
        }

        if (found is null)
        {
            await AdmitAsync(cancellationToken).ConfigureAwait(false);
            var claim = await MakeAsync(key, looking, cancellationToken).ConfigureAwait(false);
            return claim is null ? null : claim with { DoneBefore = doneBefore };
        }

        return await GoOnAsync(found.Id, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Claim?> MakeAsync(string? key, LeaseKeeper? looking, CancellationToken cancellationToken)
    {
        var uploads = engine.Store.Uploads;
        var made = NewRecord(key);
        await AskAsync(
            async () =>
            {
                await uploads.CreateAsync(made, cancellationToken).ConfigureAwait(false);
                return made;
            },
            cancellationToken).ConfigureAwait(false);
        var lease = await LeaseAsync(made.Id, cancellationToken).ConfigureAwait(false);
        if (lease is null)
        {
            return Locked(made);
        }

        if (looking is not { IsHeld: false })
        {
            return new Claim(made, lease, default);
        }

        // This process slept meanwhile. Where another found the record it is theirs too; else another may have made one, and this one goes.
        var now = await AskAsync(() => uploads.FindAsync(made.Id, cancellationToken), cancellationToken).ConfigureAwait(false);
        var untouched = now is { State: UploadState.Waiting, LastGeneration: 0 };
        if (untouched)
        {
            await AskAsync(() => uploads.DeleteAsync(made.Id, cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        await lease.DisposeAsync().ConfigureAwait(false);
        return untouched ? null : await GoOnAsync(made.Id, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Claim> GoOnAsync(string id, CancellationToken cancellationToken)
    {
        var lease = await LeaseAsync(id, cancellationToken).ConfigureAwait(false);
        Claim? claim = null;
        try
        {
            // Read again: what was found before the lease may be older than what its last holder wrote.
            var record = await AskAsync(() => engine.Store.Uploads.FindAsync(id, cancellationToken), cancellationToken).ConfigureAwait(false)
                ?? throw new SluiceException(ErrorCodes.NotFound, $"Upload {id} was removed by another process just now.");
            record = record == request.Known ? request.Known : record;
            claim = lease is null ? Locked(record)
                : record.State == UploadState.Done ? new Claim(record, null, default) { AlreadyDone = true }
                : record.Source is { Kind: "file" } before && FileIdentity.Difference(before, source.Identity) is { } difference ? new Claim(record, null, StepOutcome.Failed(difference))
                : new Claim(record, lease, default);
            return claim;
        }
        finally
        {
            if (claim?.Lease is null && lease is not null)
            {
                await lease.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<LeaseKeeper?> LeaseAsync(string id, CancellationToken cancellationToken)
    {
        var attempt = await AskAsync(() => new ValueTask<LeaseAttempt>(engine.Leases.AcquireAsync(LeaseKeys.Upload(id), TimeSpan.Zero, cancellationToken)), cancellationToken).ConfigureAwait(false);
        return attempt.Keeper;
    }

    private Task<T> AskAsync<T>(Func<ValueTask<T>> call, CancellationToken cancellationToken) =>
        StorePatience.AskAsync(call, () => view.Waiting(WaitReason.Checkpoint), engine.Time, cancellationToken);

    /// <summary>A new upload is accepted or not, once; what is recorded is never refused for load again.</summary>
    private async Task AdmitAsync(CancellationToken cancellationToken)
    {
        var answer = engine.Admission.Ask(new AdmissionQuestion(newId, request.Owner, source.Length, source.CanReread));
        using var entering = answer.Entering;
        if (answer.Refusal is { } refusal)
        {
            throw new SluiceException(refusal);
        }

        if (answer.Delay > TimeSpan.Zero)
        {
            view.Waiting(WaitReason.Queue, answer.Delay);
            await Task.Delay(answer.Delay, engine.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static Claim Locked(UploadRecord record) => new(record, null, StepOutcome.Interrupted(
        ErrorCodes.Locked, $"Somebody else is moving this upload ({record.Id}). Wait for it to end, or stop it; then run the same command again."));

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
