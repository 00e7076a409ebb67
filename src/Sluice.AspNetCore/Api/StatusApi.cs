using Microsoft.AspNetCore.Http;
using Sluice.AspNetCore.Hosting;
using Sluice.AspNetCore.Security;
using Sluice.AspNetCore.Tus;
using Sluice.Checkpoints;
using Sluice.Errors;
using Sluice.Notion;

namespace Sluice.AspNetCore.Api;

/// <summary>What a client needs to know, how the gateway is, and whether it is there at all.</summary>
internal sealed class StatusApi(StatusBoard board, ICheckpointStore store, GatewayEngine gateway, GatewayDrain drain, SecurityOptions security, TimeProvider time)
{
    /// <summary>The store is given this long to answer a probe.</summary>
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(3);

    /// <summary>Longer than clients' own, so that an open breaker (60 s) is outlived; milliseconds, as tus-js-client takes them.</summary>
    private static readonly int[] RetryDelays = [0, 1000, 3000, 5000, 10_000, 20_000, 30_000, 60_000];

    public Task ConfigAsync(FrontCall call) => JsonAnswer.WriteAsync(call.Http, StatusCodes.Status200OK, json =>
    {
        var link = call.Caller.Link;
        json.WriteStartObject();
        json.WriteString("endpoint", $"{call.Http.Request.PathBase}{TusEndpoint.BasePath}");

        // One request for the whole file: what cuts it costs nothing, and each further one costs a round trip.
        json.WriteNull("chunk_size");
        json.WriteStartArray("retry_delays");
        foreach (var delay in RetryDelays)
        {
            json.WriteNumberValue(delay);
        }

        json.WriteEndArray();
        json.WriteNumber("max_upload_bytes", Math.Min(link?.MaxBytes ?? long.MaxValue, security.MaxUploadBytes));
        json.WriteNumber("max_uploads", security.MaxUploadsPerOwner);
        json.WriteNumber("max_name_bytes", NotionLimits.Default.MaxNameBytes);
        json.WriteNumber("max_metadata_bytes", TusMetadata.MaxBytes);
        json.WriteNumber("max_checksum_body_bytes", ChecksumRoom.Most);
        json.WriteString("checksum_algorithms", TusConstants.ChecksumAlgorithms);
        json.WriteString("target", link?.Target.ToString());
        UploadJson.Time(json, "expires", link?.Expires);
        UploadJson.Number(json, "uses_left", link?.MaxUses - link?.Uses);
        json.WriteEndObject();
    });

    public async Task StatusAsync(FrontCall call)
    {
        var document = await board.DocumentAsync(call.Gone);
        call.Http.Response.ContentType = "application/json";
        call.Http.Response.ContentLength = document.Length;
        if (!HttpMethods.IsHead(call.Http.Request.Method))
        {
            await call.Http.Response.Body.WriteAsync(document, call.Gone);
        }
    }

    /// <summary>Alive: this process answers, whatever else does not.</summary>
    public static Task AliveAsync(HttpContext http)
    {
        SecurityHeaders.Apply(http.Response.Headers);
        return JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, static json =>
        {
            json.WriteStartObject();
            json.WriteString("status", "ok");
            json.WriteEndObject();
        });
    }

    /// <summary>Ready: the store answers, Notion takes the token, and this process is not about to stop. No reason is told to those who are not known here.</summary>
    public async Task ReadyAsync(HttpContext http)
    {
        SecurityHeaders.Apply(http.Response.Headers);
        if (await ProblemAsync(http.RequestAborted) is { } problem)
        {
            await Problem.WriteAsync(http, Refusal.Of(new SluiceError(ErrorCodes.Busy, problem) { RetryAfter = TimeSpan.FromSeconds(5) }));
            return;
        }

        await AliveAsync(http);
    }

    private async ValueTask<string?> ProblemAsync(CancellationToken gone)
    {
        if (drain.IsDraining)
        {
            return "The gateway is stopping.";
        }

        if (gateway.Engine?.Connection.Pipeline.Snapshot().Breaker == Resilience.BreakerState.Isolated)
        {
            return "Notion refuses the gateway's token until its operator changes it.";
        }

        using var limit = new CancellationTokenSource(ProbeLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, gone);
        try
        {
            await store.CheckAsync(both.Token);
            return null;
        }
        catch (Exception e) when (e is StoreUnavailableException or SluiceException || (e is OperationCanceledException && !gone.IsCancellationRequested))
        {
            return "The store does not answer.";
        }
    }
}
