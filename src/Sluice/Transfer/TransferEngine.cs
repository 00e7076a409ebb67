using System.Buffers;
using Microsoft.Extensions.Logging;
using Sluice.Buffers;
using Sluice.Checkpoints;
using Sluice.Checkpoints.InMemory;
using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Notion;
using Sluice.Parts;
using Sluice.Pressure;
using Sluice.Relay;
using Sluice.Resilience;
using Sluice.Settings;
using Sluice.Spool;

namespace Sluice.Transfer;

/// <summary>The engine behind <see cref="SluiceClient"/>: one connection, one store, one memory budget, any number of uploads.</summary>
internal sealed class TransferEngine : IAsyncDisposable
{
    /// <summary>What sends under way get when the process shuts down.</summary>
    public static readonly TimeSpan ShutdownGrace = TimeSpan.FromSeconds(8);

    private readonly SluiceClientBuilder _builder;
    private readonly ILogger _log;
    private readonly EngineParts _parts;
    private readonly RecordSweeper _sweeper;
    private readonly ActivePlaces _places;
    private readonly Lock _lock = new();
    private readonly HashSet<UploadRun> _running = [];
    private int _runningCount;
    private readonly EngineHealth? _health;
    private volatile IAdmission? _admission;
    private Func<int>? _open;
    private int? _queueLimit;
    private bool _closed;

    private TransferEngine(SluiceClientBuilder builder, ICheckpointStore store, EngineParts parts)
    {
        _builder = builder;
        _parts = parts;
        _places = new ActivePlaces(builder.MostActive);
        _log = builder.Loggers.CreateLogger("Sluice");
        Store = store;
        Targets = new TargetMemory(builder.Time);
        Lanes = new FillLanes(parts.Buffers, builder.Time);
        Leases = builder.Leases ?? new LeaseDesk(store.Leases, builder.Holder, builder.Options.Lease, builder.Time);
        var folder = new SpoolFolder(new SpoolPlace(builder.StateFolder, Options.Spool.Directory), Options.Spool, SpoolVolume.Read, _log)
        {
            Disk = builder.Disk,
            WholeDisk = builder.WholeDisk,
            DiesWithProcess = builder.OpenStore is null,
        };
        Spool = new SpoolKeeper(folder, store, Holder, Options.Lease, Time, _log);
        _sweeper = new RecordSweeper(store.Uploads, Spool, builder.Options.Checkpoints, builder.Time);
        _health = EngineHealth.Start(parts, store, builder.Options, Spool.Folder.Snapshot, () => Running, Queue, builder.Time, _log);
        EngineGauges.CreateUploads(parts.Meter, Census);
    }

    public ICheckpointStore Store { get; }

    /// <summary>This process's leases.</summary>
    public LeaseDesk Leases { get; }

    /// <summary>Whether new uploads are accepted.</summary>
    public IAdmission Admission => _admission ?? _builder.Admission;

    public NotionConnection Connection => _parts.Connection;

    /// <summary>What Notion said about targets of clients' uploads.</summary>
    public TargetMemory Targets { get; }

    /// <summary>The memory for parts.</summary>
    public PartBuffers Buffers => _parts.Buffers;

    /// <summary>Where parts of clients' uploads fill.</summary>
    public FillLanes Lanes { get; }

    /// <summary>How much memory parts get, and why: what doctor shows as the origin of Memory:BufferMb.</summary>
    public BufferDecision BuffersChosen => _parts.Chosen;

    /// <summary>What looks at the engine while it runs; null on a clock that is not the machine's.</summary>
    public EngineHealth? Health => _health;

    /// <summary>The instruments of this client.</summary>
    public SluiceMeter Meter => _parts.Meter;

    public SluiceOptions Options => _builder.Options;

    public TimeProvider Time => _builder.Time;

    public string Holder => _builder.Holder;

    /// <summary>Where bytes that come once can wait.</summary>
    public SpoolKeeper Spool { get; }

    public static async Task<TransferEngine> OpenAsync(SluiceClientBuilder builder, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(builder.Token))
        {
            throw new SluiceException(ErrorCodes.TokenMissing, $"{ErrorCodes.TokenMissing.Meaning} {ErrorCodes.TokenMissing.Advice}");
        }

        if (SettingsCatalogue.Problems(builder.Options, builder.Limits) is { Count: > 0 } problems)
        {
            throw new SluiceException(ErrorCodes.BadRequest, $"These settings cannot be used: {string.Join(" ", problems)}");
        }

        var store = builder.OpenStore is { } open ? await open(cancellationToken).ConfigureAwait(false) : new InMemoryCheckpointStore(builder.Time);
        TransferEngine? engine = null;
        try
        {
            engine = new TransferEngine(builder, store, EngineParts.Create(builder, store));
            await engine._sweeper.SweepAsync(cancellationToken).ConfigureAwait(false);
            engine._sweeper.Start();
            return engine;
        }
        catch
        {
            if (engine is not null)
            {
                await engine.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                await store.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }
    }

    /// <summary>Starts a run for an upload whose bytes come from clients.</summary>
    public UploadRun Relay(UploadRequest request) => Run(_ => ValueTask.FromResult(request), hasEvents: false);

    public UploadHandle Start(UploadRequest request) => Run(_ => ValueTask.FromResult(request));

    public UploadHandle Resume(string uploadId) => Run(async cancellationToken =>
    {
        var record = await StorePatience.AskAsync(() => Store.Uploads.FindAsync(uploadId, cancellationToken), null, Time, cancellationToken).ConfigureAwait(false)
            ?? throw new SluiceException(ErrorCodes.NotFound, $"There is no upload '{uploadId}' in this state folder. sluice list shows the recorded ones.");
        UploadSource source = record.Source switch
        {
            { Kind: "file", Path: { } path } => new FileUploadSource(path),
            { Kind: "spool" } => new SpooledUploadSource(uploadId, record.Length),
            _ => throw new SluiceException(ErrorCodes.SourceMissing, $"Upload {uploadId} came from a stream that ended with its process; start it again with the same bytes."),
        };
        return new UploadRequest { Source = source, To = record.Target.ToString(), Name = record.Name, ContentType = record.ContentType, Caption = record.Caption, Owner = record.Owner, ResumeId = uploadId };
    });

    public async Task<UploadPlanInfo> PlanAsync(UploadRequest request, CancellationToken cancellationToken)
    {
        var names = Preflight.Check(request, Connection.Limits);
        using var stop = new SessionStop(Time);
        using var registration = cancellationToken.UnsafeRegister(static s => ((SessionStop)s!).Request(StopCause.User, TimeSpan.Zero), stop);
        var caller = NewCaller(new UploadView(Time), stop);
        ThrowIfFailed(await AskAsync(caller, cancellationToken).ConfigureAwait(false));
        if (request.Source is not FileUploadSource)
        {
            throw new SluiceException(ErrorCodes.BadRequest, "Only files can be planned: the length of a stream is known when it was read.");
        }

        PartPlan plan;
        var source = await request.Source.OpenAsync(new SourceContext("", Options, Spool, Connection.WorkspaceLimit, static _ => { }), cancellationToken).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            plan = RefuseLength(source, request.PartSize);
        }

        var (target, failure) = await new TargetResolver(Connection.Api, caller).ResolveAsync(names.Target).ConfigureAwait(false);
        if (failure is not null)
        {
            throw new SluiceException(failure.Error);
        }

        var requests = (plan.Mode == PartMode.Multi ? plan.Count + 2 : 2) + (target is null ? 0 : target.Kind == AttachKind.Property ? 2 : 1);
        var rate = Connection.Pipeline.RequestsPerSecond;
        var least = double.IsInfinity(rate) ? TimeSpan.Zero : TimeSpan.FromSeconds(requests / rate);
        return new UploadPlanInfo(names.Name, names.ContentType, plan.Length, plan.Count, plan.PartSize, requests, least, names.Target.ToString());
    }

    public async Task<ConnectionInfo> CheckAsync(CancellationToken cancellationToken)
    {
        var start = Time.GetTimestamp();
        var observer = new PartView(new UploadView(Time), 0, 0);
        var result = await Connection.BotAsync(me => Connection.Pipeline.ExecuteAsync(new CallPlan(NotionEndpoint.UsersMe, observer), me, cancellationToken).AsTask(), cancellationToken).ConfigureAwait(false);
        ThrowIfFailed(result);
        var bot = result.Value!;
        return new ConnectionInfo(bot.Id, bot.Name, bot.WorkspaceName, Connection.WorkspaceLimit, Connection.Clock.Skew, Time.GetElapsedTime(start));
    }

    /// <summary>Plans a source's parts, or throws why it can never be uploaded.</summary>
    public PartPlan RefuseLength(IByteSource source, long? partSize) => RefuseLength(source.Length, source.CanReread, partSize);

    /// <inheritdoc cref="RefuseLength(IByteSource, long?)"/>
    public PartPlan RefuseLength(long length, bool canReread, long? partSize)
    {
        var inputs = new PartPlanInputs { Replayable = canReread, FixedSize = partSize ?? (Options.Parts.Size > 0 ? Options.Parts.Size : null), Options = Options.Parts, Profile = _parts.Profile, BufferBytes = (long)BuffersChosen.BufferMb << 20 };
        var (plan, error) = PartPlanner.Plan(length, Connection.Limits, Connection.WorkspaceLimit, inputs);
        return error is null ? plan : throw new SluiceException(error);
    }

    public string NewId() => _builder.NewId?.Invoke() ?? Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16));

    /// <summary>A gateway, which is made around its engine, judges new uploads from here on.</summary>
    /// <param name="admission">Judges.</param>
    /// <param name="open">How many uploads are open, those whose client is away too.</param>
    /// <param name="queueLimit">How many may be queued.</param>
    public void UseAdmission(IAdmission admission, Func<int> open, int queueLimit)
    {
        (_open, _queueLimit) = (open, queueLimit);
        _admission = admission;
    }

    /// <summary>Counts the uploads. A walk over those that run: for whoever decides or shows, not for each part.</summary>
    public UploadCensus Census()
    {
        // A copy, because the runs have locks of their own; a rented one, because each new upload asks.
        int count;
        UploadRun[] running;
        lock (_lock)
        {
            count = _running.Count;
            running = ArrayPool<UploadRun>.Shared.Rent(count);
            _running.CopyTo(running);
        }

        var (active, queued) = (0, 0);
        foreach (var run in running.AsSpan(0, count))
        {
            var (isActive, isQueued) = run.Standing;
            active += isActive ? 1 : 0;
            queued += isQueued ? 1 : 0;
        }

        ArrayPool<UploadRun>.Shared.Return(running, clearArray: true);
        return new UploadCensus(_open?.Invoke() ?? count, active, queued);
    }

    public Task<IDisposable> TakePlaceAsync(UploadView view, CancellationToken cancellationToken) => _places.TakeAsync(view, Diagnostics.WaitReason.Queue, cancellationToken);

    public PartSupplyFactory Supplies(UploadRecord record, UploadView view) =>
        new(Options, FeatureSwitch.IsOn(record.Id, nameof(Options.Features.Integrity), Options.Features.Integrity), _parts.Profile, Lanes, view, _parts.RentFor(record.Id, view));

    public SessionContext NewSession(UploadRecord record, LeaseKeeper lease, UploadView view, SessionStop stop, PatientCaller caller, UploadRequest request) => new()
    {
        Record = record,
        Lease = lease,
        Leases = Leases,
        Connection = Connection,
        BufferBytes = (long)BuffersChosen.BufferMb << 20,
        Store = Store,
        Options = Options,
        Time = Time,
        Log = _log,
        View = view,
        Stop = stop,
        Caller = caller,
        PartSize = request.PartSize,
    };

    public UploadTelemetry NewTelemetry() => new(Meter, _log, Time);

    public PatientCaller NewCaller(UploadView view, SessionStop stop) =>
        new(Connection, Options, view, stop, new GiveUpClock(Time, Options.Retry.GiveUpAfter), Time);

    public void Ended(UploadRun run)
    {
        lock (_lock)
        {
            _running.Remove(run);
            Volatile.Write(ref _runningCount, _running.Count);
        }

        _health?.Success.UploadEnded();
    }

    public async ValueTask DisposeAsync()
    {
        UploadRun[] running;
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            running = [.. _running];
        }

        await Task.WhenAll(running.Select(r => r.StopAsync(StopCause.Shutdown, ShutdownGrace))).ConfigureAwait(false);
        await _sweeper.DisposeAsync().ConfigureAwait(false);
        Spool.Folder.Dispose();
        if (_health is not null)
        {
            await _health.DisposeAsync().ConfigureAwait(false);
        }

        if (_parts.Buffers.Pool.Outstanding() is { Count: > 0 } outstanding)
        {
            PressureLog.PagesOut(_log, outstanding.Count, string.Join(", ", outstanding.Select(static o => o.Owner).Distinct(StringComparer.Ordinal)));
        }

        await _parts.DisposeAsync().ConfigureAwait(false);
        await Store.DisposeAsync().ConfigureAwait(false);
    }

    private Task<NotionResult<NotionBot>> AskAsync(PatientCaller caller, CancellationToken cancellationToken) =>
        Connection.BotAsync(me => caller.CallAsync(NotionEndpoint.UsersMe, Diagnostics.WaitReason.Response, me), cancellationToken);

    private UploadRun Run(Func<CancellationToken, ValueTask<UploadRequest>> request, bool hasEvents = true)
    {
        UploadRun run;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            run = new UploadRun(this, request, hasEvents);
            _running.Add(run);
            Volatile.Write(ref _runningCount, _running.Count);
        }

        // Not under the lock: the governor has one of its own, and asks under it how many run.
        _health?.Governor.Wake();
        return run;
    }

    private (int Queued, int? Limit) Queue() => _queueLimit is { } limit ? (Census().Queued, limit) : (0, null);

    /// <summary>Takes no lock: it is asked under those of others.</summary>
    private int Running => Volatile.Read(ref _runningCount);

    private static void ThrowIfFailed(NotionResult result)
    {
        if (result.Failure is { } failure)
        {
            throw new SluiceException(failure.Error);
        }
    }
}
