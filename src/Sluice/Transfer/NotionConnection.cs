using Sluice.Errors;
using Sluice.Notion;
using Sluice.Resilience;

namespace Sluice.Transfer;

/// <summary>One Notion bot token and all that belongs to it: client, resilience (pace, not-before, breaker, limit), clock, gate, workspace limit.</summary>
internal sealed class NotionConnection : IDisposable
{
    /// <summary>More than a connection's HTTP connections, so that none of them waits for the next one.</summary>
    private const int MostCreating = 8;

    private readonly SemaphoreSlim _asking = new(1, 1);
    private NotionBot? _bot;

    public NotionConnection(INotionApi api, NotionPipeline pipeline, NotionLimits limits, Uri address, NotionFileReader files, TimeProvider time)
    {
        Api = api;
        Pipeline = pipeline;
        Limits = limits;
        Address = address;
        Files = files;
        Clock = new NotionClock(time);
        Throughput = new ThroughputMeter(limits, time);
        Gate = new GateKeeper(limits, time, () => pipeline.RequestsPerSecond, () => Throughput.BytesPerSecond, () => Throughput.SteadyBytesPerSecond);
    }

    public INotionApi Api { get; }

    public NotionPipeline Pipeline { get; }

    public NotionLimits Limits { get; }

    public Uri Address { get; }

    /// <summary>Reads stored files back.</summary>
    public NotionFileReader Files { get; }

    /// <summary>The limit on part bytes a second; null: none.</summary>
    public Pacing.ByteRateLimit? Limit { get; init; }

    public NotionClock Clock { get; }

    public ThroughputMeter Throughput { get; }

    public GateKeeper Gate { get; }

    /// <summary>
    /// Uploads that are being made at Notion. A thousand that wait for the request budget wait here, where that costs little: each call
    /// in the pipeline holds 4 KiB (bench/run.sh slow-1000).
    /// </summary>
    public ActivePlaces Creating { get; } = new(MostCreating);

    /// <summary>Who the token belongs to; asked once, in the way the caller asks, and remembered.</summary>
    public async Task<NotionResult<NotionBot>> BotAsync(Func<Func<IAttempt, Task<NotionResult<NotionBot>>>, Task<NotionResult<NotionBot>>> ask, CancellationToken cancellationToken)
    {
        await _asking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_bot is { } known)
            {
                return known;
            }

            var result = await ask(Api.UsersMeAsync).ConfigureAwait(false);
            if (result.TryGet(out var bot, out _))
            {
                Clock.Saw(bot.Date);
                _bot = bot;
            }

            return result;
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <summary>The largest file this workspace takes; where Notion does not say, the ceiling of a paid plan, and Notion has the last word.</summary>
    public long WorkspaceLimit => _bot?.MaxFileUploadSize ?? Limits.MaxFileSize;

    public void Dispose()
    {
        _asking.Dispose();
        Files.Dispose();
    }

    /// <summary>What records call this connection: a digest of address and bot, never of the token.</summary>
    public string Id => NotionAddress.ConnectionId(Address, _bot?.Id ?? throw new InvalidOperationException("The bot was not asked for yet."));
}
