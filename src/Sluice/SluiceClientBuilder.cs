using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Checkpoints;
using Sluice.Notion;
using Sluice.Pressure;
using Sluice.Settings;

namespace Sluice;

/// <summary>Puts a <see cref="SluiceClient"/> together: token, settings, and where uploads are recorded.</summary>
public sealed class SluiceClientBuilder
{
    internal SluiceOptions Options { get; private set; } = new();

    internal string? Token { get; private set; }

    internal string StateFolder { get; private set; } = Path.Combine(Path.GetTempPath(), "sluice");

    internal ILoggerFactory Loggers { get; private set; } = NullLoggerFactory.Instance;

    internal TimeProvider Time { get; private set; } = TimeProvider.System;

    internal Random Random { get; private set; } = new(Environment.TickCount);

    internal NotionLimits Limits { get; private set; } = NotionLimits.Default;

    internal LeaseDesk? Leases { get; private set; }

    internal Func<CancellationToken, ValueTask<ICheckpointStore>>? OpenStore { get; private set; }

    internal HttpMessageHandler? Handler { get; private set; }

    internal INotionApi? Api { get; private set; }

    internal ProfileKind Profile { get; private set; }

    internal IPressureReader? Readings { get; private set; }

    internal string Holder { get; private set; } = Guid.NewGuid().ToString("N");

    internal Func<string>? NewId { get; private set; }

    internal int MostActive { get; private set; } = 4;

    internal Transfer.IAdmission Admission { get; private set; } = new Transfer.OpenAdmission();

    internal Spool.ISpoolDisk Disk { get; private set; } = Spool.SpoolDisk.Instance;

    internal bool WholeDisk { get; private set; }

    internal long YetToComeBytes { get; private set; }

    /// <summary>The Notion token to act with. It is sent to Notion's address and nowhere else, and never written down.</summary>
    /// <param name="token">The token, as Notion shows it.</param>
    public SluiceClientBuilder UseToken(string token)
    {
        Token = token;
        return this;
    }

    /// <summary>Changes settings.</summary>
    /// <param name="configure">Is given the settings as they are so far.</param>
    public SluiceClientBuilder Configure(Action<SluiceOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        configure(Options);
        return this;
    }

    /// <summary>Uses these settings from here on.</summary>
    /// <param name="options">The settings.</param>
    public SluiceClientBuilder UseOptions(SluiceOptions options)
    {
        Options = options;
        return this;
    }

    /// <summary>Where spool files lie unless Spool:Directory says otherwise; the store extensions use the same folder.</summary>
    /// <param name="folder">The state folder.</param>
    public SluiceClientBuilder UseStateFolder(string folder)
    {
        StateFolder = Path.GetFullPath(folder);
        return this;
    }

    /// <summary>Where log lines go.</summary>
    /// <param name="loggers">Makes the loggers.</param>
    public SluiceClientBuilder UseLoggers(ILoggerFactory loggers)
    {
        Loggers = loggers;
        return this;
    }

    /// <summary>The clock everything waits on.</summary>
    /// <param name="time">The clock.</param>
    public SluiceClientBuilder UseTime(TimeProvider time)
    {
        Time = time;
        return this;
    }

    internal SluiceClientBuilder UseRandom(Random random)
    {
        Random = random;
        return this;
    }

    internal SluiceClientBuilder UseLimits(NotionLimits limits)
    {
        Limits = limits;
        return this;
    }

    internal SluiceClientBuilder UseHandler(HttpMessageHandler handler)
    {
        Handler = handler;
        return this;
    }

    internal SluiceClientBuilder UseApi(INotionApi api)
    {
        Api = api;
        return this;
    }

    internal SluiceClientBuilder UseReadings(IPressureReader readings)
    {
        Readings = readings;
        return this;
    }

    internal SluiceClientBuilder UseProfile(ProfileKind profile)
    {
        Profile = profile;
        return this;
    }

    internal SluiceClientBuilder UseIds(string holder, Func<string> newId)
    {
        Holder = holder;
        NewId = newId;
        return this;
    }

    internal SluiceClientBuilder UseStore(Func<CancellationToken, ValueTask<ICheckpointStore>> open)
    {
        OpenStore = open;
        return this;
    }

    /// <summary>Uploads that move at once; one large file fills the connection, a few hide the gaps between small ones.</summary>
    internal SluiceClientBuilder UseMostActive(int count)
    {
        MostActive = count;
        return this;
    }

    internal SluiceClientBuilder UseAdmission(Transfer.IAdmission admission)
    {
        Admission = admission;
        return this;
    }

    internal SluiceClientBuilder UseDisk(Spool.ISpoolDisk disk)
    {
        Disk = disk;
        return this;
    }

    /// <summary>With Spool:MaxBytes auto the spool may take what the disk has: for a command, whose user waits for his own file.</summary>
    internal SluiceClientBuilder UseWholeDisk()
    {
        WholeDisk = true;
        return this;
    }

    /// <summary>Several engines of one process take turns at this desk, and share its holder and its store.</summary>
    internal SluiceClientBuilder UseLeases(LeaseDesk leases)
    {
        Leases = leases;
        return this;
    }

    /// <summary>What the process will take beside its warm-up once the rest of it is up: counted as if it were there already.</summary>
    internal SluiceClientBuilder UseYetToCome(long bytes)
    {
        YetToComeBytes = bytes;
        return this;
    }

    internal SluiceClientBuilder UseHolder(string holder)
    {
        Holder = holder;
        return this;
    }

    /// <summary>Opens the store and makes the client. Without a store (package Sluice.Stores) uploads are recorded in memory only and do not outlive the process.</summary>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    /// <exception cref="Errors.SluiceException"><c>token_missing</c>, <c>state_corrupt</c>, <c>state_newer</c>, <c>disk_full</c>, <c>bad_request</c> where settings are out of range or contradict each other; its message lists all of them.</exception>
    public Task<SluiceClient> OpenAsync(CancellationToken cancellationToken = default) => SluiceClient.OpenAsync(this, cancellationToken);
}
