using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sluice.AspNetCore.Api;
using Sluice.AspNetCore.Security;
using Sluice.Checkpoints;
using Sluice.Errors;

namespace Sluice.AspNetCore.Hosting;

/// <summary>
/// What happens around every endpoint, whatever application it is mapped into: 1. headers, 2. the verb, 3. who it is, 4. whether a
/// browser was made to do it, 5. how often, 6. whether it may; and the mapping of what went wrong.
/// </summary>
internal sealed partial class FrontGuard(Authenticator authenticator, RequestRates rates, ILogger<FrontGuard> log)
{
    private static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(5);

    public async Task RunAsync(HttpContext http, string method, IReadOnlyList<FrontVerb> verbs)
    {
        // 1.
        SecurityHeaders.Apply(http.Response.Headers);

        // 2. HEAD is GET without the body, where there is no HEAD of its own.
        var verb = verbs.FirstOrDefault(v => v.Method == method) ?? (method == HttpMethods.Head ? verbs.FirstOrDefault(v => v.Method == HttpMethods.Get) : null);
        if (verb is null)
        {
            http.Response.Headers.Allow = string.Join(", ", verbs.Select(v => v.Method));
            await Problem.WriteAsync(http, Refusal.BadRequest($"{method} does nothing here; there are {string.Join(", ", verbs.Select(v => v.Method))}.", StatusCodes.Status405MethodNotAllowed));
            return;
        }

        try
        {
            if (await AdmitAsync(http, method, verb) is { } call)
            {
                await verb.RunAsync(call);
            }
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
            http.Abort();
        }
        catch (Exception e) when (e is StoreUnavailableException or SluiceException)
        {
            await FailAsync(http, verb, e);
        }
        catch (Exception e) when (verb.Guarded && e is not BadHttpRequestException)
        {
            // A bug. Whatever the server made of it would end the client's upload; a dropped connection does not.
            Broke(log, e, method);
            http.Abort();
        }
    }

    private async Task FailAsync(HttpContext http, FrontVerb verb, Exception e)
    {
        var refusal = e is SluiceException known
            ? Refusal.Of(known.Error)
            : Refusal.Of(new SluiceError(ErrorCodes.Busy, "The record of uploads cannot be read or written just now. Try again in a moment.") { RetryAfter = StoreRetry });
        StoreFailed(log, e, verb.Method);
        if (http.Response.HasStarted || (verb.Guarded && refusal.Status is not (404 or 410 or 423)))
        {
            http.Abort();
            return;
        }

        await Problem.WriteAsync(http, refusal);
    }

    /// <summary>Whoever logs in: counted by address, since the owner is not known yet.</summary>
    private static Caller Stranger(HttpContext http) => new($"@{http.Connection.RemoteIpAddress}", Scopes.None, CallerKind.Anonymous);

    private async ValueTask<FrontCall?> AdmitAsync(HttpContext http, string method, FrontVerb verb)
    {
        // 3.
        var (caller, problem) = verb.Open ? (Stranger(http), null) : await authenticator.AuthenticateAsync(http);
        if (caller is null)
        {
            await Problem.WriteAsync(http, verb.Guarded ? Refusal.NotFound() : Refusal.Of(ErrorCodes.Unauthorized, $"{problem} {ErrorCodes.Unauthorized.Advice}"));
            return null;
        }

        // 4. Both methods count: an override must not hide what it does, nor what the browser did.
        var request = http.Request;
        if (caller.IsAmbient && !(Allows(method) && Allows(request.Method)))
        {
            await Problem.WriteAsync(http, Refusal.Of(ErrorCodes.Forbidden, "The request comes from a page of another site. Use a key in the Authorization header, or the gateway's own page."));
            return null;
        }

        // 5.
        if (verb.Counted && !rates.TryCount(caller.Owner))
        {
            await Problem.WriteAsync(http, Refusal.Of(new SluiceError(ErrorCodes.Busy, "That were too many requests within a minute. Wait a little, then go on.") { RetryAfter = TimeSpan.FromSeconds(10) }));
            return null;
        }

        // 6.
        if (verb.Needs != Scopes.None && !caller.May(verb.Needs))
        {
            await Problem.WriteAsync(http, verb.Guarded ? Refusal.NotFound() : Refusal.Of(ErrorCodes.Forbidden, $"This needs the scope {string.Join(" or ", ScopeText.Names(verb.Needs))}. {ErrorCodes.Forbidden.Advice}"));
            return null;
        }

        return new FrontCall(http, method, caller);

        bool Allows(string one) => OriginRule.Allows(one, request.Headers.Origin, request.Headers["Sec-Fetch-Site"], request.Scheme, request.Host.Value ?? "");
    }

    [LoggerMessage(3001, LogLevel.Error, "A {method} request ended in an error that should not happen; the connection was dropped.")]
    private static partial void Broke(ILogger logger, Exception exception, string method);

    [LoggerMessage(3002, LogLevel.Warning, "A {method} request was not answered as asked: the store or the engine refused.")]
    private static partial void StoreFailed(ILogger logger, Exception exception, string method);
}
