using Sluice.AspNetCore.Admission;
using Sluice.Relay;
using Sluice.Transfer;

namespace Sluice.AspNetCore.Hosting;

/// <summary>
/// The engine behind this gateway, for everything that judges or shows it: admission, status, alerts, switches, readiness. A
/// program attaches it once, after both are made; without one (uploads that an application moves by itself) there is nothing
/// to show and everybody comes in.
/// </summary>
internal sealed class GatewayEngine(GatewayAdmission admission)
{
    private volatile TransferEngine? _engine;

    /// <summary>The engine; null: none was attached.</summary>
    public TransferEngine? Engine => _engine;

    public GatewayAdmission Admission => admission;

    /// <summary>From here on the gateway shows this engine and judges what comes to it.</summary>
    public void Attach(SluiceClient client, RelayUploads uploads)
    {
        admission.Attach(client.Engine, () => uploads.Open);
        _engine = client.Engine;
    }
}
