using Microsoft.Extensions.Logging;
using Sluice.Buffers;
using Sluice.Checkpoints;
using Sluice.Diagnostics;
using Sluice.Notion;
using Sluice.Parts;
using Sluice.Pressure;
using Sluice.Resilience;

namespace Sluice.Transfer;

/// <summary>What an engine is put together from: the connection and the memory for parts.</summary>
internal sealed class EngineParts : IAsyncDisposable
{
    private readonly NotionHttpApi? _http;

    private EngineParts(NotionConnection connection, NotionHttpApi? http, ProfileKind profile)
    {
        Connection = connection;
        _http = http;
        Profile = profile;
    }

    public NotionConnection Connection { get; }

    public required SluiceMeter Meter { get; init; }

    public required PartBuffers Buffers { get; init; }

    /// <summary>How much memory parts get, and why.</summary>
    public required BufferDecision Chosen { get; init; }

    /// <summary>Where memory and CPU are read; null: nowhere, as on a clock that is not the machine's.</summary>
    public IPressureReader? Readings { get; init; }

    /// <summary>What the process was like before any part.</summary>
    public PressureReading WarmUp { get; init; }

    /// <summary>The HTTP connections; null where a handler or another API was given.</summary>
    public NotionConnections? Connections => _http?.Connections;

    public ProfileKind Profile { get; }

    public static EngineParts Create(SluiceClientBuilder builder, ICheckpointStore store)
    {
        var options = builder.Options;
        var meter = new SluiceMeter(builder.Time);
        var token = NotionToken.Parse(builder.Token);
        var http = builder.Api is null ? new NotionHttpApi(options.Notion, options.Connections, token, builder.Time, builder.Handler) : null;
        var api = builder.Api ?? http!;
        var address = http?.Address ?? NotionAddress.Parse(options.Notion.Url);

        // The budget is shared by all processes with this token; the token's digest names it, for the bot is not known before the first request.
        var pipeline = new NotionPipeline(options, builder.Limits, store.Connections, $"pace:{token.Fingerprint(address)}", builder.Holder, builder.Time, builder.Random, builder.Loggers, api.UsersMeAsync) { BreakerOpened = meter.BreakerOpened };
        var connection = new NotionConnection(api, pipeline, builder.Limits, address, new NotionFileReader(options.Connections, options.Timeouts, options.Retry, builder.Time, address.Scheme == Uri.UriSchemeHttp, builder.Handler), builder.Time)
        {
            Limit = options.Pacing.BytesPerSecond > 0 ? new Pacing.ByteRateLimit(options.Pacing.BytesPerSecond, builder.Time) : null,
        };
        var readings = builder.Readings ?? (ReferenceEquals(builder.Time, TimeProvider.System) ? new PressureReader() : null);
        var warmUp = readings?.Read() ?? default;
        if (warmUp.RssBytes > 0)
        {
            warmUp = warmUp with { RssBytes = warmUp.RssBytes + builder.YetToComeBytes };
        }

        var chosen = BufferRule.Decide(options.Memory, builder.Profile, warmUp.RssBytes);
        return new EngineParts(connection, http, builder.Profile)
        {
            Meter = meter,
            Buffers = new PartBuffers(options.Memory, builder.Time, bufferMb: chosen.BufferMb),
            Chosen = chosen,
            Readings = readings,
            WarmUp = warmUp,
        };
    }

    /// <summary>Buffers for one upload, which has one place in the line for them; its view says when it waits for one.</summary>
    public Func<long, CancellationToken, ValueTask<PartBuffer>> RentFor(string uploadId, UploadView view)
    {
        var holder = Buffers.Budget.Open(uploadId);
        view.StandsAt(holder.Place);
        return async (length, cancellationToken) =>
        {
            var rented = Buffers.RentAsync(holder, length, cancellationToken);
            if (!rented.IsCompleted)
            {
                view.Waiting(WaitReason.Memory);
            }

            var buffer = await rented.ConfigureAwait(false);
            view.Waiting(WaitReason.Client);
            view.FillBegins();
            return buffer;
        };
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.Pipeline.DisposeAsync().ConfigureAwait(false);
        Connection.Dispose();
        _http?.Dispose();
        Readings?.Dispose();
        Buffers.Dispose();
        Meter.Dispose();
    }
}
