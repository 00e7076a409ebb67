using System.Net;
using Sluice.AspNetCore.Admission;
using Sluice.AspNetCore.Security;
using Sluice.Checkpoints;
using Sluice.Settings;
using static Sluice.Settings.SettingKinds<Sluice.AspNetCore.GatewayOptions>;

namespace Sluice.AspNetCore;

/// <summary>Every setting that only the gateway reads, with its unit and range; docs/settings.md is checked against it (PageTests).</summary>
internal static class GatewaySettings
{
    private const string StepsOfShare = "rising shares with durations: 0.4=500ms,0.6=1s,0.8=2s";
    private const string StepsOfPercent = "rising percentages with durations: 60=500ms,70=1s,80=2s";

    public static IReadOnlyList<Setting<GatewayOptions>> All { get; } =
    [
        Number("Admission:MaxOpenUploads", 1, 1000000, "Uploads that are open at once.", static o => o.Admission.MaxOpenUploads, static (o, v) => o.Admission.MaxOpenUploads = v),
        Number("Admission:MaxActiveUploads", 1, 10000, "Uploads that hold a part buffer or a send.", static o => o.Admission.MaxActiveUploads, static (o, v) => o.Admission.MaxActiveUploads = v),
        Number("Admission:MaxQueuedUploads", 0, 10000, "Uploads with a whole part that waits for memory.", static o => o.Admission.MaxQueuedUploads, static (o, v) => o.Admission.MaxQueuedUploads = v),
        Number("Admission:CpuThresholdPercent", 1, 100, "New uploads are refused above this share of the CPU quota.", static o => o.Admission.CpuThresholdPercent, static (o, v) => o.Admission.CpuThresholdPercent = v),
        Text("Admission:Delays", StepsOfShare, "Delay before a new upload starts, by active / maximum.", static t => DelayTable.TryParse(t, 1, out _), static o => o.Admission.Delays, static (o, v) => o.Admission.Delays = v),
        Text("Admission:CpuDelays", StepsOfPercent, "Delay before a new upload starts, by percent of the CPU quota.", static t => DelayTable.TryParse(t, 100, out _), static o => o.Admission.CpuDelays, static (o, v) => o.Admission.CpuDelays = v),
        Duration("Front:AnswerDeadline", "From the last body byte to an answer; finishing goes on behind it.", static o => o.Front.AnswerDeadline, static (o, v) => o.Front.AnswerDeadline = v),
        Duration("Front:ClientIdle", "No byte for so long while one is waited for ends a body.", static o => o.Front.ClientIdle, static (o, v) => o.Front.ClientIdle = v),
        Duration("Front:HoldRead", "While held back, a body gives one receive window so often.", static o => o.Front.HoldRead, static (o, v) => o.Front.HoldRead = v),
        Size("Front:ReceiveBuffer", 16 << 10, 16 << 20, true, "SO_RCVBUF of a client's connection; auto: 64 KiB behind a router, 256 KiB where clients connect directly, less where all connections together would take more than a quarter of the memory.", static o => o.Front.ReceiveBuffer, static (o, v) => o.Front.ReceiveBuffer = (int)v),
        Number("Front:MaxConnections", 10, 1000000, "Connections at once.", static o => o.Front.MaxConnections, static (o, v) => o.Front.MaxConnections = v),
        List("Security:Keys", "id:sha256:owner:scopes, as sluice key create --print-setting prints it", "API keys beside those in the store.", static t => SettingKey.TryParse(t, out _), static o => o.Security.Keys),
        Text("Security:LinkKey", "a secret of at least 32 characters", "Signs links and sessions; none: a key of this process, and they end with it.", static t => t.Length >= 32, static o => o.Security.LinkKey, static (o, v) => o.Security.LinkKey = v) with { IsSecret = true },
        Size("Security:MaxUploadBytes", 1, 5L << 30, false, "The largest file.", static o => o.Security.MaxUploadBytes, static (o, v) => o.Security.MaxUploadBytes = v),
        Number("Security:MaxUploadsPerOwner", 1, 1000000, "Uploads of one owner that are open at once.", static o => o.Security.MaxUploadsPerOwner, static (o, v) => o.Security.MaxUploadsPerOwner = v),
        Number("Security:RequestsPerMinute", 1, 1000000, "Requests of one owner in a minute; bodies and offsets of uploads under way are not counted.", static o => o.Security.RequestsPerMinute, static (o, v) => o.Security.RequestsPerMinute = v),
        List("Security:TrustedProxies", "an address or a network such as 10.0.0.0/8", "Whose X-Forwarded headers are believed.", static t => IPAddress.TryParse(t, out _) || IPNetwork.TryParse(t, out _), static o => o.Security.TrustedProxies),
        Choice("Tus:UnfinishedAnswer", "What the PATCH that brought the end is told while finishing goes on; auto: by the client's user agent.", ["auto", "204", "503"], static o => o.Tus.UnfinishedAnswer, static (o, v) => o.Tus.UnfinishedAnswer = v),
    ];

    /// <summary>Finds a setting, its case ignored.</summary>
    public static Setting<GatewayOptions>? Find(string name) => All.FirstOrDefault(s => string.Equals(s.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Everything that is wrong with settings that were set by code; a value is right where its own text can be read back.</summary>
    public static IReadOnlyList<string> Problems(GatewayOptions options)
    {
        var scratch = new GatewayOptions();
        List<string> problems =
        [
            .. from setting in All
               let text = setting.Read(options)
               where !(text.Length == 0 && setting.MayBeEmpty) && !setting.TryWrite(scratch, text)
               select setting.Refuse(text),
        ];
        if (options.DefaultTarget is { } to && !UploadTarget.TryParse(to, out _, out var problem))
        {
            problems.Add($"The default target '{to}' cannot be used: {problem}");
        }

        return problems;
    }
}
