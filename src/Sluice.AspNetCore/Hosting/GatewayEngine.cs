using Microsoft.Extensions.Logging;
using Sluice.AspNetCore.Admission;
using Sluice.Relay;
using Sluice.Transfer;

namespace Sluice.AspNetCore.Hosting;

/// <summary>
/// The engine behind this gateway, for everything that judges or shows it: admission, status, alerts, switches, readiness. A
/// program attaches it once, after both are made; without one (uploads that an application moves by itself) there is nothing
/// to show and everybody comes in. Of several connections the first is shown, and each is judged: open uploads count together,
/// everything else by connection.
/// </summary>
internal sealed class GatewayEngine(GatewayOptions options, GatewayDrain drain, GatewayAdmission admission, ILogger<GatewayAdmission> log)
{
    private readonly Lock _lock = new();
    private volatile TransferEngine? _engine;
    private volatile RelayUploads[] _uploads = [];

    /// <summary>The engine; null: none was attached.</summary>
    public TransferEngine? Engine => _engine;

    /// <summary>What judges new uploads of that engine.</summary>
    public GatewayAdmission Admission => admission;

    /// <summary>From here on the gateway shows this engine, where it is the first, and judges what comes to it.</summary>
    public void Attach(SluiceClient client, RelayUploads uploads)
    {
        lock (_lock)
        {
            _uploads = [.. _uploads, uploads];
            (_engine is null ? admission : new GatewayAdmission(options, drain, log)).Attach(client.Engine, OpenIds);
            _engine ??= client.Engine;
        }
    }

    private IEnumerable<string> OpenIds() => _uploads.SelectMany(static uploads => uploads.OpenIds);
}
