using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace Sluice.AspNetCore.Hosting;

/// <summary>X-Forwarded headers are believed from Security:TrustedProxies alone; without any, from nobody.</summary>
internal sealed class ForwardedSetup(IOptions<GatewayOptions> options) : IConfigureOptions<ForwardedHeadersOptions>
{
    public void Configure(ForwardedHeadersOptions target)
    {
        var trusted = options.Value.Security.TrustedProxies;
        target.KnownIPNetworks.Clear();
        target.KnownProxies.Clear();
        target.ForwardedHeaders = trusted.Count == 0 ? ForwardedHeaders.None : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
        foreach (var text in trusted)
        {
            if (IPAddress.TryParse(text, out var address))
            {
                target.KnownProxies.Add(address);
            }
            else if (System.Net.IPNetwork.TryParse(text, out var network))
            {
                target.KnownIPNetworks.Add(network);
            }
        }
    }
}
