using Microsoft.Extensions.Logging;
using Sluice.Buffers;
using Sluice.Checkpoints;
using Sluice.Notion;
using Sluice.Parts;
using Sluice.Pressure;
using Sluice.Resilience;

namespace Sluice.Transfer;

/// <summary>What an engine is put together from: the connection and the memory for parts.</summary>
internal sealed class EngineParts : IAsyncDisposable
{
    private readonly PartBuffers _buffers;
    private readonly NotionHttpApi? _http;

    private EngineParts(NotionConnection connection, NotionHttpApi? http, PartBuffers buffers, ProfileKind profile)
    {
        Connection = connection;
        _http = http;
        _buffers = buffers;
        Profile = profile;
    }

    public NotionConnection Connection { get; }

    /// <summary>The memory for parts.</summary>
    public PartBuffers Buffers => _buffers;

    public ProfileKind Profile { get; }

    public static EngineParts Create(SluiceClientBuilder builder, ICheckpointStore store)
    {
        var options = builder.Options;
        var token = NotionToken.Parse(builder.Token);
        var http = builder.Api is null ? new NotionHttpApi(options.Notion, options.Connections, token, builder.Time, builder.Handler) : null;
        var api = builder.Api ?? http!;
        var address = http?.Address ?? NotionAddress.Parse(options.Notion.Url);

        // The budget is shared by all processes with this token; the token's digest names it, for the bot is not known before the first request.
        var pipeline = new NotionPipeline(options, builder.Limits, store.Connections, $"pace:{token.Fingerprint(address)}", builder.Holder, builder.Time, builder.Random, builder.Loggers, api.UsersMeAsync);
        var connection = new NotionConnection(api, pipeline, builder.Limits, address, new NotionFileReader(options.Connections, options.Timeouts, options.Retry, builder.Time, address.Scheme == Uri.UriSchemeHttp, builder.Handler), builder.Time)
        {
            Limit = options.Pacing.BytesPerSecond > 0 ? new Pacing.ByteRateLimit(options.Pacing.BytesPerSecond, builder.Time) : null,
        };
        return new EngineParts(connection, http, new PartBuffers(options.Memory, builder.Time), builder.Profile);
    }

    /// <summary>Buffers for one upload, which has one place in the line for them.</summary>
    public Func<long, CancellationToken, ValueTask<PartBuffer>> RentFor(string uploadId)
    {
        var holder = _buffers.Budget.Open(uploadId);
        return (length, cancellationToken) => _buffers.RentAsync(holder, length, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.Pipeline.DisposeAsync().ConfigureAwait(false);
        Connection.Dispose();
        _http?.Dispose();
        _buffers.Dispose();
    }
}
