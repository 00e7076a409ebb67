using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sluice.Simulator.Faults;

/// <summary>The switches in a script and in <c>GET /_sim/faults</c>.</summary>
internal static class SwitchReader
{
    private static readonly string[] Names =
    [
        "plan", "rate", "latency_ms", "bandwidth", "lifetime_ms", "late_expiry_ms", "not_ready_ms", "not_attachable_status", "block_limit",
        "count_resent_parts", "small_parts", "free_multi_part", "max_part_number", "time_limit", "old_types", "bot_limits",
    ];

    /// <summary>The switches with what the script changes.</summary>
    public static SimulatorSwitches Read(JsonElement json, SimulatorSwitches now)
    {
        var given = new ScriptObject(json, "switches", Names);
        return now with
        {
            Plan = given.OneOf("plan", "free", "plus", "business") ?? now.Plan,
            RequestsPerMinute = given.Has("rate") ? Rate(given) : now.RequestsPerMinute,
            Latency = given.Milliseconds("latency_ms") ?? now.Latency,
            Bandwidth = given.Number("bandwidth", 0, long.MaxValue) ?? now.Bandwidth,
            Lifetime = given.Milliseconds("lifetime_ms") ?? now.Lifetime,
            LateExpiry = given.Milliseconds("late_expiry_ms") ?? now.LateExpiry,
            NotReady = given.Milliseconds("not_ready_ms") ?? now.NotReady,
            NotAttachableStatus = Choice(given, "not_attachable_status", 400, 404) ?? now.NotAttachableStatus,
            BlockLimit = given.Flag("block_limit") ?? now.BlockLimit,
            CountResentParts = given.Flag("count_resent_parts") ?? now.CountResentParts,
            SmallPartsUntilComplete = given.OneOf("small_parts", "send", "complete") is { } at ? at == "complete" : now.SmallPartsUntilComplete,
            FreeMultiPart = given.Flag("free_multi_part") ?? now.FreeMultiPart,
            MaxPartNumber = Choice(given, "max_part_number", 1000, 10_000) ?? now.MaxPartNumber,
            TimeLimit = given.OneOf("time_limit", "all", "handling", "off") is { } limit ? Enum.Parse<TimeLimit>(limit, ignoreCase: true) : now.TimeLimit,
            OldTypes = given.Flag("old_types") ?? now.OldTypes,
            BotLimits = given.Flag("bot_limits") ?? now.BotLimits,
        };
    }

    public static JsonObject Write(SimulatorSwitches switches) => new()
    {
        ["plan"] = switches.Plan,
        ["rate"] = switches.RequestsPerMinute switch { null => "plan", 0 => "off", { } rate => rate },
        ["latency_ms"] = (long)switches.Latency.TotalMilliseconds,
        ["bandwidth"] = switches.Bandwidth,
        ["lifetime_ms"] = (long)switches.Lifetime.TotalMilliseconds,
        ["late_expiry_ms"] = (long)switches.LateExpiry.TotalMilliseconds,
        ["not_ready_ms"] = (long)switches.NotReady.TotalMilliseconds,
        ["not_attachable_status"] = switches.NotAttachableStatus,
        ["block_limit"] = switches.BlockLimit,
        ["count_resent_parts"] = switches.CountResentParts,
        ["small_parts"] = switches.SmallPartsUntilComplete ? "complete" : "send",
        ["free_multi_part"] = switches.FreeMultiPart,
        ["max_part_number"] = switches.MaxPartNumber,
        ["time_limit"] = switches.TimeLimit switch { TimeLimit.All => "all", TimeLimit.Handling => "handling", _ => "off" },
        ["old_types"] = switches.OldTypes,
        ["bot_limits"] = switches.BotLimits,
    };

    private static int? Rate(ScriptObject given) => given["rate"].ValueKind == JsonValueKind.String
        ? given.OneOf("rate", "plan", "off") == "off" ? 0 : null
        : given.Count("rate", 1);

    private static int? Choice(ScriptObject given, string name, int one, int other) => given.Count(name, 0) is not { } value ? null
        : value == one || value == other ? value
        : throw given.Wrong(name, $"{one} or {other}", given[name]);
}
