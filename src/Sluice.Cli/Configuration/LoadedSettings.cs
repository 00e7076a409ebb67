using Sluice.Pressure;
using Sluice.Settings;

namespace Sluice.Cli.Configuration;

internal sealed record LoadedSettings(SluiceOptions Options, ProfileKind Profile, IReadOnlyList<string> Problems);
