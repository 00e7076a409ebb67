using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Sluice.AspNetCore.Hosting;
using Sluice.AspNetCore.Security;
using Sluice.Errors;

namespace Sluice.AspNetCore.Api;

/// <summary><c>/api/events</c>: own uploads and the status as server-sent events, until the viewer leaves, its key is revoked, or the process stops.</summary>
internal sealed class EventsApi(EventHub hub, Authenticator authenticator, GatewayDrain drain, TimeProvider time)
{
    /// <summary>A comment keeps proxies from taking the stream for dead, and finds out that a viewer left.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>A viewer that takes nothing for so long is dropped.</summary>
    private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(30);

    public async Task RunAsync(FrontCall call)
    {
        var http = call.Http;
        if (hub.Enter(call.Caller) is not { } slot)
        {
            await call.RefuseAsync(Refusal.Of(new SluiceError(ErrorCodes.Busy, $"{EventHub.MaxStreams} pages look at events already, which is as many as allowed. Ask /api/uploads instead.") { RetryAfter = TimeSpan.FromSeconds(30) }));
            return;
        }

        try
        {
            http.Response.ContentType = "text/event-stream";
            http.Response.Headers["X-Accel-Buffering"] = "no";
            http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            {
                rate.MinDataRate = null;
            }

            using var end = CancellationTokenSource.CreateLinkedTokenSource(call.Gone, drain.Token);
            await PumpAsync(call, slot, end.Token);
        }
        finally
        {
            hub.Leave(slot);
        }
    }

    private async Task PumpAsync(FrontCall call, EventSlot slot, CancellationToken end)
    {
        var known = time.GetTimestamp();
        try
        {
            await WriteAsync(call.Http, ": sluice\n\n"u8.ToArray(), end);
            while (true)
            {
                var value = await slot.TakeAsync(Heartbeat, time, end);
                if (time.GetElapsedTime(known) >= Heartbeat)
                {
                    known = time.GetTimestamp();
                    if (!await IsStillAsync(call))
                    {
                        return;
                    }
                }

                await WriteAsync(call.Http, value ?? ": \n\n"u8.ToArray(), end);
            }
        }
        catch (OperationCanceledException)
        {
            // Gone, stuck, or the process stops: the stream ends, and a viewer that is there comes again.
        }
    }

    /// <summary>Whether the key still opens this.</summary>
    private async ValueTask<bool> IsStillAsync(FrontCall call) =>
        (await authenticator.AuthenticateAsync(call.Http)).Caller is { } caller && caller.Owner == call.Caller.Owner && caller.IsAdmin == call.Caller.IsAdmin && caller.May(Scopes.Read);

    private async ValueTask WriteAsync(HttpContext http, byte[] value, CancellationToken end)
    {
        using var limit = new CancellationTokenSource(WriteLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, end);
        await http.Response.Body.WriteAsync(value, both.Token);
        await http.Response.Body.FlushAsync(both.Token);
    }
}
