using Sluice.AspNetCore;
using Sluice.Pressure;
using Sluice.Settings;

namespace Sluice.Cli.Configuration;

/// <summary>The settings in force, where each came from (names not listed: the default), and all that is wrong with them.</summary>
internal sealed record LoadedSettings(SluiceOptions Options, GatewayOptions Gateway, MachineLimits Machine, IReadOnlyDictionary<string, string> Origins, IReadOnlyList<string> Problems)
{
    public ProfileKind Profile => Machine.Profile;
}
