using Sluice.AspNetCore;
using Sluice.Cli.Configuration;
using Sluice.Cli.Output;
using Sluice.Errors;
using Sluice.Settings;

namespace Sluice.Cli.Commands;

/// <summary>What <c>doctor --json</c> prints; what could not be found out is null.</summary>
internal sealed record DoctorLine(
    bool Ok, string NotionUrl, string? TokenFrom, string? BotId, string? BotName, string? Workspace, long? MaxFileSize, double? RoundTripSeconds, double? ClockSkewSeconds,
    string Data, string Spool, long? MemoryLimitBytes, double? CpuQuota, string Profile, IReadOnlyList<DoctorSetting> Settings, ErrorLine? Error)
{
    public static DoctorLine Of(LoadedSettings settings, string data, string? tokenFrom, ConnectionInfo? info, SluiceError? error) => new(
        error is null,
        settings.Options.Notion.Url,
        tokenFrom,
        info?.BotId,
        info?.BotName,
        info?.WorkspaceName,
        info?.MaxFileSize,
        info?.RoundTrip.TotalSeconds,
        info?.ClockSkew.TotalSeconds,
        data,
        Sluice.Spool.SpoolSentence.Of(data, settings.Options.Spool),
        settings.Machine.MemoryBytes,
        settings.Machine.Cpus,
        settings.Profile.ToString().ToLowerInvariant(),
        [
            .. SettingsCatalogue.All.Select(s => new DoctorSetting(s.Name, s.Show(settings.Options), settings.Origins.GetValueOrDefault(s.Name, "default"))),
            .. GatewaySettings.All.Select(s => new DoctorSetting(s.Name, s.Show(settings.Gateway), settings.Origins.GetValueOrDefault(s.Name, "default"))),
        ],
        ErrorLine.Of(error));
}
