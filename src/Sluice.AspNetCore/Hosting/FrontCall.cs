using Microsoft.AspNetCore.Http;
using Sluice.AspNetCore.Api;
using Sluice.AspNetCore.Security;

namespace Sluice.AspNetCore.Hosting;

/// <summary>A request whose caller is known.</summary>
/// <param name="Http">The request.</param>
/// <param name="Method">The method that takes effect.</param>
/// <param name="Caller">Who makes it.</param>
internal sealed record FrontCall(HttpContext Http, string Method, Caller Caller)
{
    public CancellationToken Gone => Http.RequestAborted;

    public Task RefuseAsync(Refusal refusal) => Problem.WriteAsync(Http, refusal);
}
