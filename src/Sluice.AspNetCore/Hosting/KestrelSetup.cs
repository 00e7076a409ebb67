using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using Sluice.Pressure;

namespace Sluice.AspNetCore.Hosting;

/// <summary>Applies the settings to the server of a gateway of our own; an application that maps the endpoints keeps its own.</summary>
internal sealed class KestrelSetup(IOptions<GatewayOptions> options, bool behindRouter) : IConfigureOptions<KestrelServerOptions>, IConfigureOptions<SocketTransportOptions>
{
    public void Configure(KestrelServerOptions target) => KestrelSettings.Apply(target, options.Value.Front);

    public void Configure(SocketTransportOptions target) => KestrelSettings.Apply(target, options.Value.Front, behindRouter, MachineLimits.Read().MemoryBytes);
}
