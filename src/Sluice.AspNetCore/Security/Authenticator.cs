using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Sluice.Checkpoints;

namespace Sluice.AspNetCore.Security;

/// <summary>Says who makes a request, in this order: the application, the Authorization header, the session cookie, nobody.</summary>
internal sealed class Authenticator(KeyRing keys, ILinkStore links, SigningKeys signing, SecurityOptions options, IUploadPolicy? policy, TimeProvider time)
{
    /// <summary>How long a link still answers for uploads that were begun before it ended.</summary>
    public static readonly TimeSpan LinkGrace = TimeSpan.FromHours(24);

    /// <summary>The caller, or null with the reason.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be known now.</exception>
    public async ValueTask<(Caller? Caller, string? Problem)> AuthenticateAsync(HttpContext http)
    {
        var token = http.RequestAborted;
        if (policy is not null && await policy.OwnerOfAsync(http) is { } owner)
        {
            return Caller.IsOwnerName(owner)
                ? (new Caller(owner, Scopes.Upload | Scopes.Read, CallerKind.Application), null)
                : throw new InvalidOperationException("IUploadPolicy.OwnerOfAsync gave a name that cannot be an owner: 1 to 200 letters, digits, '-', '_', '.', '@'.");
        }

        if (http.Request.Headers.Authorization is { Count: > 0 } header)
        {
            return header.Count == 1 && AuthenticationHeaderValue.TryParse(header[0], out var value) && string.Equals(value.Scheme, "Bearer", StringComparison.OrdinalIgnoreCase) && value.Parameter is { } bearer
                ? await OfBearerAsync(bearer, token)
                : (null, "The Authorization header is not of the form 'Bearer <key>'.");
        }

        if (http.Request.Cookies.TryGetValue(SessionToken.CookieName, out var cookie))
        {
            // A session that ended is nobody, not an error: the page logs in again.
            if (SessionToken.TryRead(cookie, time.GetUtcNow(), signing) is { } id && await keys.FindAsync(id, token) is { } key && CallerOf(key, CallerKind.Session) is { } session)
            {
                return (session, null);
            }
        }

        return await OfNobodyAsync(http, token) is { } nobody ? (nobody, null) : (null, "No key was sent.");
    }

    private async ValueTask<(Caller? Caller, string? Problem)> OfBearerAsync(string bearer, CancellationToken cancellationToken)
    {
        const string Unknown = "The key is not known here, or was revoked.";
        if (bearer.StartsWith(LinkToken.Prefix, StringComparison.Ordinal))
        {
            return LinkToken.TryRead(bearer, signing) is { } id && await links.FindAsync(id, cancellationToken) is { Revoked: false } link && link.Expires + LinkGrace > time.GetUtcNow()
                ? (new Caller($"{link.Owner}{Caller.LinkSign}{link.Id}", Scopes.Upload, CallerKind.Link) { Link = link }, null)
                : (null, "The link is not known here, was revoked, or is over.");
        }

        if (ApiKey.TryParse(bearer) is not { } presented || await keys.FindAsync(presented.Id, cancellationToken) is not { } key || !presented.Fits(key))
        {
            return (null, Unknown);
        }

        return CallerOf(key, CallerKind.Key) is { } caller ? (caller, null) : (null, Unknown);
    }

    private async ValueTask<Caller?> OfNobodyAsync(HttpContext http, CancellationToken cancellationToken)
    {
        // An application that decides for itself means nobody in particular by nobody: not its own administrator.
        var headers = http.Request.Headers;
        var scopes = AnonymousRule.Allowed(
            policy is not null || await keys.AnyAsync(cancellationToken),
            options.AllowAnonymous,
            http.Connection.LocalIpAddress,
            http.Connection.RemoteIpAddress,
            http.Request.Host.Host,
            headers.ContainsKey("X-Forwarded-For") || headers.ContainsKey("Forwarded"));
        return scopes == Scopes.None ? null : new Caller(Caller.AnonymousOwner, scopes, CallerKind.Anonymous);
    }

    private static Caller? CallerOf(KeyRecord key, CallerKind kind) =>
        ScopeText.TryParse(key.Scopes) is { } scopes && Caller.IsOwnerName(key.Owner) ? new Caller(key.Owner, scopes, kind) { KeyId = key.Id } : null;
}
