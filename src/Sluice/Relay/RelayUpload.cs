using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Sluice.Checkpoints;
using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Settings;
using Sluice.Spool;
using Sluice.Transfer;

namespace Sluice.Relay;

/// <summary>
/// One upload whose bytes come from clients. Between bodies nothing of it runs; a body starts a run of the engine, which ends when
/// the upload is over, when no client has come for a while, or when Notion has failed for too long. After a run that did not
/// finish the feed begins anew where the record says: what was under way then is asked for again.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "A semaphore without a wait handle has nothing to dispose.")]
internal sealed class RelayUpload : IRelayUpload
{
    private readonly TransferEngine _engine;
    private readonly FeedOptions _feedOptions;
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _changing = new(1, 1);
    private volatile UploadRecord _record;
    private volatile ClientFeed? _feed;
    private volatile UploadRun? _run;
    private Task _ending = Task.CompletedTask;
    private long _prefix;
    private long _held;
    private bool _closing;

    /// <summary>Makes a recorded upload live.</summary>
    /// <param name="engine">Moves it.</param>
    /// <param name="record">Its record.</param>
    /// <param name="prefix">The end of what its rows prove.</param>
    /// <param name="held">The end of what lies on the disk behind that; the same where nothing does.</param>
    /// <param name="feedOptions">The clocks of its bodies.</param>
    public RelayUpload(TransferEngine engine, UploadRecord record, long prefix, long held, FeedOptions feedOptions)
    {
        _engine = engine;
        _record = record;
        _prefix = prefix;
        _held = held;
        _feedOptions = feedOptions.Of(record.Id);
        if (IsOver)
        {
            _over.TrySetResult();
        }
    }

    public UploadRecord Record => _run?.Record ?? _record;

    /// <summary>The end of what the rows proved when they were read last.</summary>
    public long Prefix => Interlocked.Read(ref _prefix);

    /// <summary>The end of what Notion and the disk have, while nothing runs.</summary>
    public long Held => Interlocked.Read(ref _held);

    public bool IsOver => _record.State is UploadState.Done or UploadState.Failed or UploadState.Expired or UploadState.Cancelled;

    public DateTimeOffset Expires => _record.Updated + _engine.Options.Checkpoints.Expiration;

    public long Offset => _record.State == UploadState.Done ? _record.Length : Math.Min(_feed?.Taken ?? Held, _record.Length - 1);

    /// <summary>True where nothing runs, no client is here, and no byte is held for it in this process.</summary>
    public bool IsIdle => _run is null && _feed is not { HasBody: true };

    public UploadSnapshot Snapshot() => _run is { Completion.IsCompleted: false } run ? run.Snapshot() : new UploadSnapshot
    {
        UploadId = _record.Id,
        State = _record.State.ToString().ToLowerInvariant(),
        Name = _record.Name,
        Length = _record.Length,
        Offset = Offset,
        PartsTotal = _record.Generation?.Plan.Count ?? 0,
        // A run that ended is there until its record was read again.
        Wait = IsOver ? WaitReason.None : _run is null ? WaitReason.Client : WaitReason.Checkpoint,
    };

    public Task<bool> EndBodyAsync(TimeSpan limit) => _feed?.EndBodyAsync(limit) ?? Task.FromResult(true);

    public async Task<BodyEnd> TakeBodyAsync(Stream body, long offset, long? count, CancellationToken clientGone)
    {
        if (IsOver)
        {
            return BodyEnd.WrongOffset;
        }

        if (await StartAsync(clientGone).ConfigureAwait(false) is not { } feed)
        {
            return BodyEnd.Cut;
        }

        _run?.BroughtBy(Activity.Current);
        var end = await feed.RunAsync(body, offset, count, clientGone).ConfigureAwait(false);
        if (end == BodyEnd.Stopped)
        {
            // Whether it failed for good is what its client has to be told, and stands in the record when the run has ended.
            await _ending.WaitAsync(_feedOptions.EndWithin, _engine.Time, clientGone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (end == BodyEnd.Different)
        {
            await EndForGoodAsync(UploadState.Failed, new SluiceError(ErrorCodes.SourceChanged, "The last byte, sent again, is not the one that was sent before: the file has changed. Upload it again."), CancellationToken.None).ConfigureAwait(false);
        }

        return end;
    }

    /// <summary>Goes on without a client, where every byte is at Notion or on the disk.</summary>
    public async Task GoOnAsync(CancellationToken cancellationToken)
    {
        if (!IsOver)
        {
            await StartAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task<bool> WaitUntilOverAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            await _over.Task.WaitAsync(limit, _engine.Time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    public ValueTask CancelAsync(CancellationToken cancellationToken) =>
        EndForGoodAsync(UploadState.Cancelled, new SluiceError(ErrorCodes.Cancelled, "The upload was cancelled by its owner."), cancellationToken);

    private async ValueTask EndForGoodAsync(UploadState state, SluiceError error, CancellationToken cancellationToken)
    {
        if (IsOver)
        {
            return;
        }

        await (_feed?.EndBodyAsync(_feedOptions.EndWithin) ?? Task.FromResult(true)).ConfigureAwait(false);
        if (_run is { } run)
        {
            await run.StopAsync(StopCause.User, TimeSpan.Zero).ConfigureAwait(false);
        }

        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (IsOver)
            {
                return;
            }

            await UpdateAsync(_record with { State = state, Intent = null, Updated = _engine.Time.GetUtcNow(), Error = error }, cancellationToken).ConfigureAwait(false);
            await ForgetAsync().ConfigureAwait(false);
            _over.TrySetResult();
        }
        finally
        {
            _changing.Release();
        }
    }

    public async ValueTask<SluiceError?> AttachAsync(string to, string? caption, CancellationToken cancellationToken)
    {
        if (!UploadTarget.TryParse(to, out var target, out var problem) || target.Kind == TargetKind.None)
        {
            return new SluiceError(ErrorCodes.BadRequest, problem ?? "Name a page or a database to attach the file to.");
        }

        if (_record.Target.Kind != TargetKind.None && _record.Target != target)
        {
            return new SluiceError(ErrorCodes.AlreadyAttached, $"The upload goes to {_record.Target} already; upload the file again to attach it elsewhere.");
        }

        if (_record.Attached is not null)
        {
            return null;
        }

        if (_record.State is UploadState.Failed or UploadState.Cancelled or UploadState.Expired)
        {
            return new SluiceError(ErrorCodes.UploadExpired, "The upload is over; start it again with this target.");
        }

        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var changed = _record with { Target = target, Caption = caption ?? _record.Caption, State = _record.State == UploadState.Done ? UploadState.Finishing : _record.State, Updated = _engine.Time.GetUtcNow() };
            await UpdateAsync(changed, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _changing.Release();
        }

        await StartAsync(cancellationToken).ConfigureAwait(false);
        return null;
    }

    /// <summary>
    /// The process shuts down: (1) nothing new starts and the body ends; (2) the run gives its grace to what is under way and
    /// everything else that is in memory to the disk; (3) which is synced when the feed closes (<see cref="ReadAgainAsync"/>).
    /// </summary>
    public async Task CloseAsync(TimeSpan grace)
    {
        // 1.
        UploadRun? run;
        await _changing.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            _closing = true;
            run = _run;
        }
        finally
        {
            _changing.Release();
        }

        await EndBodyAsync(_feedOptions.EndWithin).ConfigureAwait(false);
        if (run is not null)
        {
            // 2. and 3.
            await run.StopAsync(StopCause.Shutdown, grace).ConfigureAwait(false);
            await _ending.ConfigureAwait(false);
        }
    }

    /// <summary>Its bytes on the disk had to make room for another upload's.</summary>
    public void LostHeld() => Interlocked.Exchange(ref _held, Prefix);

    /// <summary>A feed with a run behind it; null while the process shuts down.</summary>
    private async Task<ClientFeed?> StartAsync(CancellationToken cancellationToken)
    {
        // A run that has ended reads nothing more: the next one begins when the record was read again (the simulation's relay-store-away).
        while (_run is { } ended && ended.Completion.IsCompleted)
        {
            await _ending.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        if (_run is not null && _feed is { } running)
        {
            return running;
        }

        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_run is null)
            {
                if (_closing)
                {
                    return null;
                }

                _feed ??= new ClientFeed(_record.Length, Prefix, OpenDisk(), _feedOptions, _engine.Time, OpenSecond);
                var run = _engine.Relay(new UploadRequest
                {
                    Source = new ClientUploadSource(_feed),
                    To = _record.Target.ToString(),
                    Name = _record.Name,
                    ContentType = _record.ContentType,
                    Caption = _record.Caption,
                    Owner = _record.Owner,
                    ResumeId = _record.Id,
                    Known = _record,
                    Relayed = true,
                });
                _run = run;
                _ending = EndAsync(run);
            }

            return _feed;
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Its bytes are not needed any more, whether they are open or not.</summary>
    private async ValueTask ForgetAsync()
    {
        if (_feed is { } feed)
        {
            await feed.ForgetAsync().ConfigureAwait(false);
        }
        else
        {
            _engine.Spool.Folder.OpenToRemove(_record.Id)?.Delete();
        }
    }

    /// <summary>What lies on the disk, and room for more; null where the disk is not to be used.</summary>
    private SpoolRun? OpenDisk() => FeatureSwitch.IsOn(_record.Id, nameof(_engine.Options.Features.Spool), _engine.Options.Features.Spool)
        ? _engine.Spool.OpenRun(_record.Id, _record.Length, Prefix)
        : null;

    /// <summary>Room for windows that go with this process: what an earlier one left there is of no use.</summary>
    private SpoolRun? OpenSecond()
    {
        var id = _record.Id + "-w";
        _engine.Spool.Folder.OpenToRemove(id)?.Delete();
        return _engine.Spool.OpenRun(id, _record.Length, Prefix);
    }

    private async Task EndAsync(UploadRun run)
    {
        await run.Completion.ConfigureAwait(false);
        await _changing.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            await ReadAgainAsync().ConfigureAwait(false);
        }
        finally
        {
            _run = null;
            _changing.Release();
        }

        if (IsOver)
        {
            _over.TrySetResult();
        }
    }

    /// <summary>The record and its rows are the truth, and what the disk has behind them; what the feed took beyond is asked for again.</summary>
    private async Task ReadAgainAsync()
    {
        var feed = _feed;
        if (feed is not null)
        {
            await feed.CloseAsync().ConfigureAwait(false);
        }

        var id = _record.Id;
        var uploads = _engine.Store.Uploads;
        try
        {
            _record = await StorePatience.AskAsync(() => uploads.FindAsync(id, CancellationToken.None), null, _engine.Time, CancellationToken.None).ConfigureAwait(false) ?? _record;
            Interlocked.Exchange(ref _prefix, await RelayRecords.PrefixAsync(uploads, _record, _engine.Time, CancellationToken.None).ConfigureAwait(false));
        }
        catch (SluiceException)
        {
            // The store is away for long; the next body reads again, and meanwhile nothing is told that is not so.
        }

        Interlocked.Exchange(ref _held, feed?.Disk is { } disk && disk.Has(Prefix, disk.End) ? disk.End : Prefix);
        _feed = null;
        if (IsOver)
        {
            await ForgetAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask UpdateAsync(UploadRecord record, CancellationToken cancellationToken)
    {
        var attempt = await _engine.Leases.AcquireAsync(LeaseKeys.Upload(record.Id), TimeSpan.FromSeconds(10), cancellationToken).ConfigureAwait(false);
        if (attempt.Keeper is not { } lease)
        {
            throw new SluiceException(ErrorCodes.Locked, "Another process is moving this upload; try again in a moment.");
        }

        await using (lease.ConfigureAwait(false))
        {
            if (await _engine.Store.Uploads.UpdateAsync(record, lease.Lease, Durability.Power, Events.UploadEvents.Ended(record, _engine.Time), cancellationToken).ConfigureAwait(false) == StoreOutcome.Written)
            {
                _record = record;
            }
        }
    }
}
