using Sluice.Notion;
using static Sluice.Settings.SettingKinds<Sluice.Settings.SluiceOptions>;

namespace Sluice.Settings;

/// <summary>Every setting the engine reads, with its unit and range. docs/settings.md is checked against it (SettingsCatalogueTests).</summary>
internal static class SettingsCatalogue
{
    public static IReadOnlyList<Setting<SluiceOptions>> All { get; } =
    [
        Text("Notion:Url", "Base address of the API.", static o => o.Notion.Url, static (o, v) => o.Notion.Url = v, mayBeEmpty: false),
        Text("Notion:Version", "The Notion-Version header.", static o => o.Notion.Version, static (o, v) => o.Notion.Version = v, mayBeEmpty: false),
        Text("Notion:TokenFile", "A file that holds the token; environment variables win over it.", static o => o.Notion.TokenFile, static (o, v) => o.Notion.TokenFile = v),
        Number("Memory:LimitMb", 32, 1048576, "RSS of the whole process, MiB.", static o => o.Memory.LimitMb, static (o, v) => o.Memory.LimitMb = v),
        AutoNumber("Memory:BufferMb", 11, 1048576, false, "Budget of part buffers, MiB; auto: 31 in the small profile, less where the process is larger than 36 MiB after warm-up, half of the limit in the standard profile.", static o => o.Memory.BufferMb, static (o, v) => o.Memory.BufferMb = v),
        Number("Memory:PerUploadMb", 5, 1048576, "Part buffers of one upload, MiB.", static o => o.Memory.PerUploadMb, static (o, v) => o.Memory.PerUploadMb = v),
        Number("Memory:PartBuffersPerUpload", 1, 16, "Part buffers of one upload.", static o => o.Memory.PartBuffersPerUpload, static (o, v) => o.Memory.PartBuffersPerUpload = v),
        Duration("Memory:SweepInterval", "How often idle pages go back to the system, and memory is looked at while nothing moves.", static o => o.Memory.SweepInterval, static (o, v) => o.Memory.SweepInterval = v),
        Number("Memory:CollectAtPercent", 1, 100, "A collection is forced above this share of unplanned memory.", static o => o.Memory.CollectAtPercent, static (o, v) => o.Memory.CollectAtPercent = v),
        Number("Memory:EmergencyPercent", 1, 100, "New uploads are refused above this share of the control group's limit.", static o => o.Memory.EmergencyPercent, static (o, v) => o.Memory.EmergencyPercent = v),
        Number("Concurrency:MinWorkers", 1, 64, "Parts in flight, at least.", static o => o.Concurrency.MinWorkers, static (o, v) => o.Concurrency.MinWorkers = v),
        Number("Concurrency:MaxWorkers", 1, 64, "Parts in flight, at most.", static o => o.Concurrency.MaxWorkers, static (o, v) => o.Concurrency.MaxWorkers = v),
        Number("Concurrency:MiddleMemoryPercent", 1, 100, "New fills are halved above this share of unplanned memory.", static o => o.Concurrency.MiddleMemoryPercent, static (o, v) => o.Concurrency.MiddleMemoryPercent = v),
        Number("Concurrency:HighMemoryPercent", 1, 100, "New fills go one at a time above this share of unplanned memory.", static o => o.Concurrency.HighMemoryPercent, static (o, v) => o.Concurrency.HighMemoryPercent = v),
        Number("Concurrency:MiddleCpuPercent", 1, 100, "Senders stop growing above this share of the CPU quota.", static o => o.Concurrency.MiddleCpuPercent, static (o, v) => o.Concurrency.MiddleCpuPercent = v),
        Number("Concurrency:ScaleDownCpuPercent", 1, 100, "Senders shrink above this share of the CPU quota.", static o => o.Concurrency.ScaleDownCpuPercent, static (o, v) => o.Concurrency.ScaleDownCpuPercent = v),
        Number("Concurrency:HighCpuPercent", 1, 100, "Senders fall to the minimum above this share of the CPU quota.", static o => o.Concurrency.HighCpuPercent, static (o, v) => o.Concurrency.HighCpuPercent = v),
        Size("Stream:ReadBuffer", 4096, 1048576, false, "One read of a source.", static o => o.Stream.ReadBuffer, static (o, v) => o.Stream.ReadBuffer = (int)v),
        Duration("Timeouts:Connect", "Making the connection, TLS included.", static o => o.Timeouts.Connect, static (o, v) => o.Timeouts.Connect = v),
        Duration("Timeouts:Response", "From the last body byte to the status line.", static o => o.Timeouts.Response, static (o, v) => o.Timeouts.Response = v),
        Duration("Timeouts:Read", "A body that does not move.", static o => o.Timeouts.Read, static (o, v) => o.Timeouts.Read = v),
        Duration("Timeouts:Total", "The whole attempt.", static o => o.Timeouts.Total, static (o, v) => o.Timeouts.Total = v),
        Number("Retry:MaxAttempts", 1, 100, "Attempts of a round.", static o => o.Retry.MaxAttempts, static (o, v) => o.Retry.MaxAttempts = v),
        Duration("Retry:InitialDelay", "The first delay.", static o => o.Retry.InitialDelay, static (o, v) => o.Retry.InitialDelay = v),
        Duration("Retry:MaxDelay", "The ceiling of a delay, and the rest between rounds.", static o => o.Retry.MaxDelay, static (o, v) => o.Retry.MaxDelay = v),
        Factor("Retry:ExponentialBase", 1, 10, "Each delay is the one before times this.", static o => o.Retry.ExponentialBase, static (o, v) => o.Retry.ExponentialBase = v),
        Number("Retry:JitterPercent", 0, 100, "Each delay is moved by up to this much either way.", static o => o.Retry.JitterPercent, static (o, v) => o.Retry.JitterPercent = v),
        Duration("Retry:GiveUpAfter", "An upload whose attempts failed for so long without a success becomes interrupted.", static o => o.Retry.GiveUpAfter, static (o, v) => o.Retry.GiveUpAfter = v),
        Number("CircuitBreaker:FailureThreshold", 1, 1000, "Failures in a row that open the breaker.", static o => o.CircuitBreaker.FailureThreshold, static (o, v) => o.CircuitBreaker.FailureThreshold = v),
        Duration("CircuitBreaker:Window", "A row is forgotten after so long a quiet time.", static o => o.CircuitBreaker.Window, static (o, v) => o.CircuitBreaker.Window = v),
        Duration("CircuitBreaker:BreakDuration", "How long the breaker stays open.", static o => o.CircuitBreaker.BreakDuration, static (o, v) => o.CircuitBreaker.BreakDuration = v),
        Number("CircuitBreaker:HalfOpenMaxCalls", 1, 64, "Real calls let through before the breaker decides.", static o => o.CircuitBreaker.HalfOpenMaxCalls, static (o, v) => o.CircuitBreaker.HalfOpenMaxCalls = v),
        Number("CircuitBreaker:RampStart", 1, 64, "Parts in flight after the breaker closed.", static o => o.CircuitBreaker.RampStart, static (o, v) => o.CircuitBreaker.RampStart = v),
        Duration("CircuitBreaker:RampStep", "The ramp doubles after each such time without failure.", static o => o.CircuitBreaker.RampStep, static (o, v) => o.CircuitBreaker.RampStep = v),
        AutoNumber("Pacing:RequestsPerMinute", 1, 6000, true, "Requests a minute; auto: learned, from 180.", static o => o.Pacing.RequestsPerMinute, static (o, v) => o.Pacing.RequestsPerMinute = v),
        Number("Pacing:Burst", 1, 600, "Requests that may go out at once.", static o => o.Pacing.Burst, static (o, v) => o.Pacing.Burst = v),
        Number("Pacing:Reserve", 0, 100, "Requests of each window kept for the calls that finish uploads.", static o => o.Pacing.Reserve, static (o, v) => o.Pacing.Reserve = v),
        Size("Pacing:BytesPerSecond", 0, 1099511627776, false, "Part bytes a second over all uploads; 0: no limit.", static o => o.Pacing.BytesPerSecond, static (o, v) => o.Pacing.BytesPerSecond = v),
        Number("Connections:MaxConnections", 1, 256, "Connections at most.", static o => o.Connections.MaxConnections, static (o, v) => o.Connections.MaxConnections = v),
        Number("Connections:MaxIdle", 0, 256, "Idle connections kept at most.", static o => o.Connections.MaxIdle, static (o, v) => o.Connections.MaxIdle = v),
        Duration("Connections:KeepAlive", "How long an idle connection is kept.", static o => o.Connections.KeepAlive, static (o, v) => o.Connections.KeepAlive = v),
        Number("Connections:MaxRequestsPerConnection", 1, 1000000, "A connection is closed after so many requests.", static o => o.Connections.MaxRequestsPerConnection, static (o, v) => o.Connections.MaxRequestsPerConnection = v),
        Choice("Connections:ExpectContinue", "Expect: 100-continue on sends.", ["auto", "on", "off"], static o => o.Connections.ExpectContinue, static (o, v) => o.Connections.ExpectContinue = v),
        Text("Connections:Proxy", "Address of an HTTP proxy.", static o => o.Connections.Proxy, static (o, v) => o.Connections.Proxy = v),
        Size("Parts:Size", 5242880, 20971520, true, "Part size; auto: weighed by the profile.", static o => o.Parts.Size, static (o, v) => o.Parts.Size = v),
        Size("Parts:MinSize", 5242880, 20971520, false, "Smallest part.", static o => o.Parts.MinSize, static (o, v) => o.Parts.MinSize = v),
        Size("Parts:MaxSize", 5242880, 20971520, false, "Largest part.", static o => o.Parts.MaxSize, static (o, v) => o.Parts.MaxSize = v),
        Text("Spool:Directory", "Where spool files lie; by default a folder of the state directory.", static o => o.Spool.Directory, static (o, v) => o.Spool.Directory = v),
        Size("Spool:MaxBytes", 1, 1125899906842624, true, "Spool space; auto: what the disk has.", static o => o.Spool.MaxBytes, static (o, v) => o.Spool.MaxBytes = v),
        Choice("Spool:Keep", "Which bytes are kept until their upload is done.", ["auto", "all", "none"], static o => o.Spool.Keep.ToString().ToLowerInvariant(), static (o, v) => o.Spool.Keep = v switch { "all" => Spool.SpoolKeep.All, "none" => Spool.SpoolKeep.None, _ => Spool.SpoolKeep.Auto }),
        Choice("Checkpoints:Store", "Where uploads are recorded.", ["sqlite", "memory"], static o => o.Checkpoints.Store, static (o, v) => o.Checkpoints.Store = v),
        Number("Checkpoints:IntervalParts", 1, 64, "Rows are written every so many parts; above 1 a crash sends up to so many again.", static o => o.Checkpoints.IntervalParts, static (o, v) => o.Checkpoints.IntervalParts = v),
        Duration("Checkpoints:Expiration", "A record is removed so long after its last change.", static o => o.Checkpoints.Expiration, static (o, v) => o.Checkpoints.Expiration = v),
        Duration("Checkpoints:Cleanup", "How often expired things are looked for.", static o => o.Checkpoints.Cleanup, static (o, v) => o.Checkpoints.Cleanup = v),
        Duration("Lease:Duration", "How long a lease runs.", static o => o.Lease.Duration, static (o, v) => o.Lease.Duration = v),
        Duration("Lease:Renew", "How often it is renewed.", static o => o.Lease.Renew, static (o, v) => o.Lease.Renew = v),
        Duration("Monitoring:Interval", "How often alerts are looked at.", static o => o.Monitoring.Interval, static (o, v) => o.Monitoring.Interval = v),
        Number("Monitoring:MemoryAlertMb", 32, 1048576, "Alert above this much resident memory, MiB.", static o => o.Monitoring.MemoryAlertMb, static (o, v) => o.Monitoring.MemoryAlertMb = v),
        Number("Monitoring:SuccessRateAlertPercent", 1, 100, "Alert below this share of uploads that ended done in 24 h; from ten uploads on.", static o => o.Monitoring.SuccessRateAlertPercent, static (o, v) => o.Monitoring.SuccessRateAlertPercent = v),
        Text("Monitoring:Webhook", "an https address, or an http one on loopback", "Events of uploads, and alerts, are posted there.", IsWebhook, static o => o.Monitoring.Webhook, static (o, v) => o.Monitoring.Webhook = v),
        Text("Monitoring:WebhookSecret", "a secret of at least 16 characters", "Signs what is posted to the webhook.", static t => t.Length >= 16, static o => o.Monitoring.WebhookSecret, static (o, v) => o.Monitoring.WebhookSecret = v) with { IsSecret = true },
        Feature("Features:Retry", static o => o.Features.Retry, static (o, v) => o.Features.Retry = v),
        Feature("Features:CircuitBreaker", static o => o.Features.CircuitBreaker, static (o, v) => o.Features.CircuitBreaker = v),
        Feature("Features:Backpressure", static o => o.Features.Backpressure, static (o, v) => o.Features.Backpressure = v),
        Feature("Features:AdaptiveConcurrency", static o => o.Features.AdaptiveConcurrency, static (o, v) => o.Features.AdaptiveConcurrency = v),
        Feature("Features:Pacing", static o => o.Features.Pacing, static (o, v) => o.Features.Pacing = v),
        Feature("Features:Checkpoints", static o => o.Features.Checkpoints, static (o, v) => o.Features.Checkpoints = v),
        Feature("Features:Spool", static o => o.Features.Spool, static (o, v) => o.Features.Spool = v),
        Feature("Features:Integrity", static o => o.Features.Integrity, static (o, v) => o.Features.Integrity = v),
        Feature("Features:Alerts", static o => o.Features.Alerts, static (o, v) => o.Features.Alerts = v),
    ];

    /// <summary>
    /// Everything that is wrong with settings that were set by code: each value out of its range, and each conflict. A value is
    /// right where its own text can be read back.
    /// </summary>
    public static IReadOnlyList<string> Problems(SluiceOptions options, NotionLimits limits)
    {
        List<string> problems = [];
        var scratch = new SluiceOptions();
        foreach (var setting in All)
        {
            // Where Notion's own limits are scaled down (tests), sizes of parts and of the memory for them are theirs and not the real service's.
            var text = setting.Read(options);
            if ((text.Length == 0 && setting.MayBeEmpty) || (limits != NotionLimits.Default && IsOfParts(setting.Name)))
            {
                continue;
            }

            if (!setting.TryWrite(scratch, text))
            {
                problems.Add(setting.Refuse(text));
            }
        }

        problems.AddRange(Conflicts(options));
        return problems;
    }

    private static bool IsWebhook(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));

    private static bool IsOfParts(string name) => name.StartsWith("Parts:", StringComparison.Ordinal) || name is "Memory:BufferMb" or "Memory:PerUploadMb";

    /// <summary>Finds a setting, its case ignored.</summary>
    public static Setting<SluiceOptions>? Find(string name) => All.FirstOrDefault(s => string.Equals(s.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>What is wrong between settings that are each right.</summary>
    public static IEnumerable<string> Conflicts(SluiceOptions options)
    {
        if (options.Concurrency.MinWorkers > options.Concurrency.MaxWorkers)
        {
            yield return $"Concurrency:MinWorkers ({options.Concurrency.MinWorkers}) is above Concurrency:MaxWorkers ({options.Concurrency.MaxWorkers}).";
        }

        if (options.Concurrency.MiddleMemoryPercent > options.Concurrency.HighMemoryPercent)
        {
            yield return $"Concurrency:MiddleMemoryPercent ({options.Concurrency.MiddleMemoryPercent}) is above Concurrency:HighMemoryPercent ({options.Concurrency.HighMemoryPercent}).";
        }

        if (options.Concurrency.MiddleCpuPercent > options.Concurrency.ScaleDownCpuPercent || options.Concurrency.ScaleDownCpuPercent > options.Concurrency.HighCpuPercent)
        {
            yield return $"Concurrency:MiddleCpuPercent ({options.Concurrency.MiddleCpuPercent}), ScaleDownCpuPercent ({options.Concurrency.ScaleDownCpuPercent}) and HighCpuPercent ({options.Concurrency.HighCpuPercent}) have to rise in this order.";
        }

        if (options.CircuitBreaker.RampStart > options.Concurrency.MaxWorkers)
        {
            yield return $"CircuitBreaker:RampStart ({options.CircuitBreaker.RampStart}) is above Concurrency:MaxWorkers ({options.Concurrency.MaxWorkers}).";
        }

        if (options.Parts.MinSize > options.Parts.MaxSize)
        {
            yield return "Parts:MinSize is above Parts:MaxSize.";
        }

        if (options.Parts.Size > 0 && (options.Parts.Size < options.Parts.MinSize || options.Parts.Size > options.Parts.MaxSize))
        {
            yield return $"Parts:Size ({SettingText.Bytes(options.Parts.Size)}) is not between Parts:MinSize ({SettingText.Bytes(options.Parts.MinSize)}) and Parts:MaxSize ({SettingText.Bytes(options.Parts.MaxSize)}).";
        }

        if (options.Memory.BufferMb > 0 && options.Parts.Size > (long)options.Memory.BufferMb << 20)
        {
            yield return $"Parts:Size ({SettingText.Bytes(options.Parts.Size)}) is above Memory:BufferMb ({options.Memory.BufferMb}): a client's part has to fit into the memory for parts.";
        }

        if (options.Lease.Renew >= options.Lease.Duration * 2 / 3)
        {
            yield return "Lease:Renew has to be below two thirds of Lease:Duration: a lease is given up then.";
        }

        if (options.Retry.InitialDelay > options.Retry.MaxDelay)
        {
            yield return "Retry:InitialDelay is above Retry:MaxDelay.";
        }

        if (options.Memory.BufferMb > options.Memory.LimitMb)
        {
            yield return "Memory:BufferMb is above Memory:LimitMb.";
        }

        if (options.Monitoring.Webhook is { Length: > 0 } webhook && IsWebhook(webhook) && Events.WebhookRule.Problem(webhook, options.Monitoring.WebhookSecret) is { } unsigned)
        {
            yield return unsigned;
        }
    }
}
