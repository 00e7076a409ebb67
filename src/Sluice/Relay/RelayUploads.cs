using System.Collections.Concurrent;
using Sluice.Checkpoints;
using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Notion;
using Sluice.Transfer;

namespace Sluice.Relay;

/// <summary>
/// The uploads of one gateway: makes them, finds them, and makes recorded ones live again. An upload that is idle costs an
/// entry here and nothing else; after <see cref="Forget"/> not even that.
/// </summary>
internal sealed class RelayUploads : IRelayUploads, IAsyncDisposable
{
    /// <summary>An idle upload is dropped from memory after this long; its record stays.</summary>
    private static readonly TimeSpan Forget = TimeSpan.FromMinutes(10);

    private readonly TransferEngine _engine;
    private readonly FeedOptions _feedOptions;
    private readonly RelayDoor _door;
    private readonly TargetMemory _targets;
    private readonly ConcurrentDictionary<string, RelayUpload> _live = new(StringComparer.Ordinal);
    private readonly ITimer _sweeper;

    /// <summary>Puts clients' uploads on top of an engine; their bytes wait in the engine's spool.</summary>
    public RelayUploads(TransferEngine engine, FeedOptions feedOptions)
    {
        _engine = engine;
        _feedOptions = feedOptions;
        _door = new RelayDoor(engine, feedOptions);
        _targets = engine.Targets;
        engine.Spool.MadeRoom = LostHeld;
        _sweeper = engine.Time.CreateTimer(static state => ((RelayUploads)state!).Sweep(), this, Forget, Forget);
    }

    /// <summary>The name of the Notion connection behind the engine where an application has several; null: the default one.</summary>
    public string? Connection { get; init; }

    /// <summary>The upload where it is live already.</summary>
    public IRelayUpload? Live(string id) => _live.GetValueOrDefault(id);

    /// <summary>Live uploads that are not over, whether their client is here or not.</summary>
    public IEnumerable<string> OpenIds => _live.Where(static u => !u.Value.IsOver).Select(static u => u.Key);

    public async ValueTask<(IRelayUpload? Upload, SluiceError? Error)> CreateAsync(RelayRequest request, CancellationToken cancellationToken)
    {
        using var stop = new SessionStop(_engine.Time);
        using var registration = cancellationToken.UnsafeRegister(static s => ((SessionStop)s!).Request(StopCause.User, TimeSpan.Zero), stop);
        var view = new UploadView(_engine.Time, _engine.NewTelemetry(), hasEvents: false);
        try
        {
            // 1. What can be refused without asking.
            var wanted = new UploadRequest { Source = new NoSource(), To = request.To, Name = request.Name, ContentType = request.ContentType, Caption = request.Caption, Owner = request.Owner };
            var names = Preflight.Check(wanted, _engine.Connection.Limits);

            // 2. Room for another one, before Notion hears of it; counted as open from here on.
            var id = _engine.NewId();
            var admission = _engine.Admission.Ask(new AdmissionQuestion(id, request.Owner, request.Length, CanReread: false));
            using var entering = admission.Entering;
            if (admission.Refusal is { } full)
            {
                return (null, full);
            }

            if (admission.Delay > TimeSpan.Zero)
            {
                await Task.Delay(admission.Delay, _engine.Time, cancellationToken).ConfigureAwait(false);
            }

            // 3. What only Notion knows: the plan's limit, the target.
            var caller = _engine.NewCaller(view, stop);
            var asked = await _engine.Connection.BotAsync(me => caller.CallAsync(NotionEndpoint.UsersMe, WaitReason.Response, me), cancellationToken).ConfigureAwait(false);
            if (asked.Failure is { } unknown)
            {
                return (null, unknown.Error);
            }

            var plan = _engine.RefuseLength(request.Length, canReread: false, partSize: null);
            var resolver = new TargetResolver(_engine.Connection.Api, caller);
            var (_, refused) = await _targets.ResolveAsync(names.Target, resolver.ResolveAsync).ConfigureAwait(false);
            if (refused is not null)
            {
                return (null, refused.Error);
            }

            // 4. Its bytes can wait as long as they may have to.
            if (_door.Refusal(plan, _live.Values.Count(IsOpen)) is { } noRoom)
            {
                if (noRoom.Code == ErrorCodes.Busy)
                {
                    _engine.Meter.AdmissionRefused(MetricTags.RefusedForWait);
                    noRoom = noRoom with { Wait = WaitReason.Gate };
                }

                return (null, noRoom);
            }

            // 5. The record.
            var record = new UploadRecord
            {
                Id = id,
                Owner = request.Owner,
                Name = names.Name,
                ContentType = names.ContentType,
                Length = request.Length,
                State = UploadState.Waiting,
                ConnectionId = _engine.Connection.Id,
                Connection = Connection,
                Target = names.Target,
                Caption = request.Caption,
                Metadata = request.Metadata,
                Source = new SourceIdentity(RelayRecords.Kind, null, request.Length, null, null),
                Created = _engine.Time.GetUtcNow(),
                Updated = _engine.Time.GetUtcNow(),
            };
            await _engine.Store.Uploads.CreateAsync(record, cancellationToken).ConfigureAwait(false);
            var upload = new RelayUpload(_engine, record, 0, 0, _feedOptions);
            _live[record.Id] = upload;
            return (upload, null);
        }
        catch (SluiceException e)
        {
            return (null, e.Error);
        }
        finally
        {
            view.Waiting(WaitReason.None);
        }
    }

    public async ValueTask<IRelayUpload?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (_live.TryGetValue(id, out var live))
        {
            return live;
        }

        var record = await _engine.Store.Uploads.FindAsync(id, cancellationToken).ConfigureAwait(false);
        if (record is null)
        {
            return null;
        }

        var prefix = await RelayRecords.PrefixAsync(_engine.Store.Uploads, record, _engine.Time, cancellationToken).ConfigureAwait(false);
        var held = _engine.Spool.Folder.Peek(id) is { } run && run.Start <= prefix && run.End > prefix ? Math.Min(run.End, record.Length) : prefix;
        return _live.GetOrAdd(id, static (_, made) => new RelayUpload(made._engine, made.record, made.prefix, made.held, made._feedOptions), (_engine, record, prefix, held, _feedOptions));
    }

    public IReadOnlyList<IRelayUpload> Live() => [.. _live.Values];

    public ValueTask<IReadOnlyDictionary<UploadState, int>> CountAsync(CancellationToken cancellationToken) => _engine.Store.Uploads.CountAsync(null, cancellationToken);

    public ValueTask<UploadPage> ListAsync(UploadQuery query, CancellationToken cancellationToken) => _engine.Store.Uploads.ListAsync(query, cancellationToken);

    /// <summary>After a start: what Notion or the disk has whole goes on without its client.</summary>
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var page = await _engine.Store.Uploads.ListAsync(new UploadQuery(States: [UploadState.Waiting, UploadState.Staged, UploadState.Transferring, UploadState.Finishing, UploadState.Interrupted], Cursor: cursor), cancellationToken).ConfigureAwait(false);
            foreach (var record in page.Records.Where(r => r.Source is { Kind: RelayRecords.Kind } && string.Equals(r.Connection, Connection, StringComparison.Ordinal)))
            {
                if (await FindAsync(record.Id, cancellationToken).ConfigureAwait(false) is RelayUpload upload && upload.Held == record.Length)
                {
                    await upload.GoOnAsync(cancellationToken).ConfigureAwait(false);
                }
            }

            cursor = page.NextCursor;
        }
        while (cursor is not null);
    }

    /// <summary>Ends every body at once, gives what is under way its grace and what is in memory to the disk. Comes before the engine's end.</summary>
    public async ValueTask DisposeAsync()
    {
        await _sweeper.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(_live.Values.Select(u => u.CloseAsync(TransferEngine.ShutdownGrace))).ConfigureAwait(false);
    }

    /// <summary>One that was just made has no body yet and will have one in a moment.</summary>
    private bool IsOpen(RelayUpload upload) => !upload.IsOver && (!upload.IsIdle || _engine.Time.GetUtcNow() - upload.Record.Created < _feedOptions.ClientIdle);

    private void LostHeld(string id)
    {
        if (_live.TryGetValue(id, out var upload))
        {
            upload.LostHeld();
        }
    }

    private void Sweep()
    {
        var now = _engine.Time.GetUtcNow();
        foreach (var (id, upload) in _live)
        {
            if (upload.IsIdle && now - upload.Record.Updated > Forget)
            {
                _live.TryRemove(new KeyValuePair<string, RelayUpload>(id, upload));
            }
        }
    }

    /// <summary>Stands where a source is asked for its name only.</summary>
    private sealed class NoSource : UploadSource
    {
        internal override string? SuggestedName => null;

        internal override ValueTask<IByteSource> OpenAsync(SourceContext context, CancellationToken cancellationToken) => throw new InvalidOperationException("There is nothing to read yet.");
    }
}
