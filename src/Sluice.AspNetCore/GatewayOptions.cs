using Sluice.AspNetCore.Hosting;
using Sluice.AspNetCore.Security;
using Sluice.AspNetCore.Tus;

namespace Sluice.AspNetCore;

/// <summary>Every setting of the gateway that the engine does not have, by section; docs/settings.md lists names, units, ranges and defaults.</summary>
public sealed class GatewayOptions
{
    /// <summary>Section <c>Front</c>.</summary>
    public FrontOptions Front { get; } = new();

    /// <summary>Section <c>Security</c>.</summary>
    public SecurityOptions Security { get; } = new();

    /// <summary>Section <c>Tus</c>.</summary>
    public TusOptions Tus { get; } = new();

    /// <summary>Where a file goes whose client names no target: spelled as <c>--to</c> is; null: nowhere.</summary>
    public string? DefaultTarget { get; set; }

    /// <summary>Section <c>Admission</c>.</summary>
    public AdmissionOptions Admission { get; } = new();

    /// <summary>Writes these values into other options.</summary>
    internal void CopyTo(GatewayOptions other)
    {
        foreach (var setting in GatewaySettings.All)
        {
            if (setting.Read(this) is { Length: > 0 } text)
            {
                setting.TryWrite(other, text);
            }
        }

        other.DefaultTarget = DefaultTarget;
        other.Security.AllowAnonymous = Security.AllowAnonymous;
    }
}
