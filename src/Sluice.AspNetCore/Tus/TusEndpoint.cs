using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Sluice.AspNetCore.Api;
using Sluice.AspNetCore.Direct;
using Sluice.AspNetCore.Hosting;
using Sluice.AspNetCore.Security;

namespace Sluice.AspNetCore.Tus;

/// <summary>
/// Everything under the files path: the collection, a single upload, the form, and names to PUT. One endpoint, because the
/// method that takes effect may be that of X-HTTP-Method-Override, which routing does not know.
/// </summary>
internal sealed class TusEndpoint(FrontGuard guard, TusCreate create, TusHead head, TusPatch patch, TusDelete delete, DirectPut put, DirectForm form, SecurityOptions security)
{
    public const string BasePath = "/files";

    private readonly FrontVerb[] _collection = [new FrontVerb(HttpMethods.Post, Scopes.Upload, call => create.RunAsync(call, BasePath))];

    private readonly FrontVerb[] _upload =
    [
        new FrontVerb(HttpMethods.Head, Scopes.Upload | Scopes.Read, call => head.RunAsync(call, Rest(call.Http))) { Counted = false, Guarded = true },
        new FrontVerb(HttpMethods.Patch, Scopes.Upload, call => patch.RunAsync(call, Rest(call.Http))) { Counted = false },
        new FrontVerb(HttpMethods.Delete, Scopes.Upload, call => delete.RunAsync(call, Rest(call.Http))),
    ];

    private readonly FrontVerb[] _form = [new FrontVerb(HttpMethods.Post, Scopes.Upload, form.RunAsync)];

    private readonly FrontVerb[] _name = [new FrontVerb(HttpMethods.Put, Scopes.Upload, call => put.RunAsync(call, LastSegment(call.Http)))];

    public async Task RunAsync(HttpContext http)
    {
        // Refusals too: the server reads on for a while behind them, so that clients that do not wait get to see them.
        BodyTaker.LiftLimits(http);
        var method = TusChecks.Method(http.Request.Method, http.Request.Headers[TusConstants.MethodOverride]);
        var rest = Rest(http);
        if (method == HttpMethods.Options)
        {
            SecurityHeaders.Apply(http.Response.Headers);
            Options(http);
            return;
        }

        if (method == HttpMethods.Put || (method == HttpMethods.Post && rest == "form"))
        {
            await RunDirectAsync(http, method, rest);
            return;
        }

        TusAnswer.Version(http);
        if (TusChecks.Version(http.Request.Headers) is { } wrong)
        {
            SecurityHeaders.Apply(http.Response.Headers);
            http.Response.Headers[TusConstants.VersionHeader] = TusConstants.Version;
            await Problem.WriteAsync(http, wrong);
            return;
        }

        await guard.RunAsync(http, method, rest.Length == 0 ? _collection : _upload);
    }

    /// <summary>Without a name there is nothing to PUT, and folders there are none.</summary>
    private Task RunDirectAsync(HttpContext http, string method, string rest) => guard.RunAsync(
        http, method, rest == "form" ? _form : rest.Length == 0 || rest.Contains('/', StringComparison.Ordinal) ? _collection : _name);

    /// <summary>What comes behind the files path.</summary>
    private static string Rest(HttpContext http) => (http.Request.RouteValues["rest"] as string ?? "").Trim('/');

    private void Options(HttpContext http)
    {
        var headers = http.Response.Headers;
        TusAnswer.Version(http);
        headers[TusConstants.VersionHeader] = TusConstants.Version;
        headers[TusConstants.Extension] = TusConstants.Extensions;
        headers[TusConstants.MaxSize] = security.MaxUploadBytes.ToString(CultureInfo.InvariantCulture);
        headers[TusConstants.ChecksumAlgorithm] = TusConstants.ChecksumAlgorithms;
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>The name as it was written: the server leaves %2F alone and decodes the rest, so that decoding its path again would decode twice.</summary>
    private static string LastSegment(HttpContext http)
    {
        var target = http.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? target : target[..query];
        return path.Length == 0 ? Rest(http) : Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]);
    }
}
