using Microsoft.AspNetCore.Http;
using Sluice.AspNetCore.Hosting;
using Sluice.AspNetCore.Security;
using Sluice.Errors;

namespace Sluice.AspNetCore.Api;

/// <summary><c>/api/session</c>: a browser exchanges a key for a cookie that scripts cannot read, asks who it is, and logs out.</summary>
internal sealed class SessionApi(KeyRing keys, SigningKeys signing, TimeProvider time)
{
    /// <summary>Login: the key is in the document, so that no header of a page has to hold it longer.</summary>
    public async Task LoginAsync(FrontCall call)
    {
        var (document, refusal) = await JsonAnswer.ReadAsync(call.Http);
        if (document is null)
        {
            await call.RefuseAsync(refusal!);
            return;
        }

        using (document)
        {
            if (!JsonAnswer.TryText(document.RootElement, "key", out var text) || text is null
                || ApiKey.TryParse(text) is not { } presented || await keys.FindAsync(presented.Id, call.Gone) is not { } key || !presented.Fits(key)
                || ScopeText.TryParse(key.Scopes) is not { } scopes)
            {
                await call.RefuseAsync(Refusal.Of(ErrorCodes.Unauthorized, "The key is not known here, or was revoked. " + ErrorCodes.Unauthorized.Advice));
                return;
            }

            call.Http.Response.Cookies.Append(SessionToken.CookieName, SessionToken.Of(key.Id, time.GetUtcNow(), signing), Cookie(call.Http, SessionToken.Lifetime));
            await WriteAsync(call.Http, new Caller(key.Owner, scopes, CallerKind.Session));
        }
    }

    public static Task WhoAsync(FrontCall call) => WriteAsync(call.Http, call.Caller);

    public static Task LogoutAsync(FrontCall call)
    {
        call.Http.Response.Cookies.Delete(SessionToken.CookieName, Cookie(call.Http, null));
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static CookieOptions Cookie(HttpContext http, TimeSpan? life) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = http.Request.IsHttps,
        Path = http.Request.PathBase.HasValue ? http.Request.PathBase.Value : "/",
        MaxAge = life,
        IsEssential = true,
    };

    private static Task WriteAsync(HttpContext http, Caller caller) => JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, json =>
    {
        json.WriteStartObject();
        json.WriteString("owner", caller.Owner);
        json.WriteStartArray("scopes");
        foreach (var scope in ScopeText.Names(caller.Scopes))
        {
            json.WriteStringValue(scope);
        }

        json.WriteEndArray();
        json.WriteString("by", caller.Kind.ToString().ToLowerInvariant());
        json.WriteEndObject();
    });
}
