using System.Text.Json;

namespace Sluice.Simulator.Faults;

/// <summary>
/// Reads a script (docs/simulator.md): an array of rules, or an object with <c>rules</c> and <c>switches</c>. What is wrong is a
/// <see cref="FormatException"/> that names the place.
/// </summary>
internal static class ScriptReader
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false };

    private static readonly string[] Endpoints =
    [
        "create", "send", "complete", "retrieve", "list", "users", "append", "children", "block", "block_update", "block_delete",
        "page", "page_update", "page_create", "database", "data_source", "query", "search", "file",
    ];

    private static readonly string[] Reasons =
        ["public_api_request_rate_limit", "public_api_space_request_rate_limit", "public_api_endpoint_rate_limit", "public_api_request_blocked"];

    private static readonly int[] Statuses = [400, 401, 403, 404, 409, 413, 429, 500, 502, 503, 504, 529];

    private static readonly string[] RuleFields =
    [
        "endpoint", "part", "upload", "filename", "skip", "times", "each", "status", "code", "message", "kept", "retry_after", "reason",
        "html", "reset_after", "hang", "refuse_after", "delay_ms", "guidance", "forget",
    ];

    /// <summary>Reads a script; what it does not say about switches stays as it is.</summary>
    /// <returns>The rules, null where the script has none to say, and the switches.</returns>
    public static (FaultScript? Rules, SimulatorSwitches Switches) Read(string json, SimulatorSwitches switches)
    {
        using var document = Parse(json);
        var root = document.RootElement;
        if (root.ValueKind == JsonValueKind.Array)
        {
            return (Rules(root), switches);
        }

        var script = new ScriptObject(root, "The script (an array of rules, or an object)", "rules", "switches");
        return (script.Has("rules") ? Rules(script["rules"]) : null, script.Has("switches") ? SwitchReader.Read(script["switches"], switches) : switches);
    }

    private static JsonDocument Parse(string json)
    {
        try
        {
            return JsonDocument.Parse(json, Lenient);
        }
        catch (JsonException e)
        {
            throw new FormatException($"The script is not JSON: line {e.LineNumber + 1}, character {e.BytePositionInLine + 1}: {e.Message.Split(" LineNumber", 2)[0]}", e);
        }
    }

    private static FaultScript Rules(JsonElement rules)
    {
        if (rules.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException("The script's rules must be an array of objects.");
        }

        return new FaultScript([.. rules.EnumerateArray().Select((rule, index) => Rule(new ScriptObject(rule, $"Rule {index + 1}", RuleFields)))]);
    }

    private static FaultRule Rule(ScriptObject rule)
    {
        var action = Action(rule);
        Check(rule, action);
        return new FaultRule
        {
            Endpoint = rule.OneOf("endpoint", Endpoints),
            Part = rule.Count("part", 1, 10_000),
            Upload = rule.Count("upload", 1),
            FileName = rule.Text("filename"),
            Skip = rule.Count("skip", 0) ?? 0,
            Times = rule.Count("times", 1),
            Each = rule.OneOf("each", "upload", "part"),
            KeptOn = KeptOn(rule),
            Action = action,
        };
    }

    private static FaultAction Action(ScriptObject rule)
    {
        var status = rule.Count("status", 400, 599) ?? 0;
        if (status != 0 && !Statuses.Contains(status))
        {
            throw rule.Wrong("status", $"one of {string.Join(", ", Statuses)}", rule["status"]);
        }

        return new FaultAction
        {
            Status = status,
            Code = rule.Text("code"),
            Message = rule.Text("message"),
            Kept = rule.Has("kept") && (KeptOn(rule) is not null || rule.Flag("kept") == true),
            RetryAfter = rule.Count("retry_after", 0, 86_400),
            Reason = rule.OneOf("reason", Reasons) ?? Reasons[0],
            Html = rule.Flag("html") ?? false,
            ResetAfter = rule.Number("reset_after", 0, long.MaxValue),
            Hang = rule.Flag("hang") ?? false,
            RefuseAfter = rule.Number("refuse_after", 0, long.MaxValue),
            Delay = rule.Milliseconds("delay_ms") ?? TimeSpan.Zero,
            Guidance = rule.Flag("guidance") ?? false,
            Forget = rule.Flag("forget") ?? false,
        };
    }

    private static IReadOnlyList<int>? KeptOn(ScriptObject rule)
    {
        if (!rule.Has("kept") || rule["kept"].ValueKind is not JsonValueKind.Array)
        {
            return null;
        }

        var list = rule["kept"];
        return list.EnumerateArray().All(e => e.ValueKind == JsonValueKind.Number && e.TryGetInt32(out var n) && n > 0)
            ? [.. list.EnumerateArray().Select(e => e.GetInt32())]
            : throw rule.Wrong("kept", "true, false or an array of whole numbers from 1, such as [3]", list);
    }

    /// <summary>Fields that contradict each other, or do nothing.</summary>
    private static void Check(ScriptObject rule, FaultAction action)
    {
        string? wrong = action switch
        {
            { Status: 0, ResetAfter: null, Hang: false, Forget: false } when action.Delay == TimeSpan.Zero =>
                "it does nothing; give it status, reset_after, hang, delay_ms or forget.",
            { Hang: true } and ({ Status: > 0 } or { ResetAfter: not null }) => "hang answers nothing, so it goes with neither status nor reset_after.",
            { ResetAfter: not null, Status: > 0 } => "reset_after answers nothing, so it does not go with status.",
            { RefuseAfter: not null, Status: 0 } => "refuse_after needs a status to answer.",
            { RefuseAfter: not null, Kept: true } => "refuse_after ends the request before its work, so it does not go with kept.",
            { Kept: true, Status: 0, ResetAfter: null, Hang: false } => "kept needs a status, reset_after or hang: otherwise the work is done anyway.",
            { Guidance: true } when !action.Kept || action.Status < 500 => "guidance tells of a write that was saved, so it needs kept and a status from 500.",
            { Status: 0 } when action.Html || action.Code is not null || action.Message is not null || action.RetryAfter is not null =>
                "html, code, message and retry_after describe an answer, so they need a status.",
            _ => null,
        };
        if (wrong is not null)
        {
            throw rule.Wrong(wrong);
        }

        if (rule.Has("reason") && action.Status != 429)
        {
            throw rule.Wrong("reason goes with status 429.");
        }

        if ((rule.Has("part") || rule.OneOf("each", "upload", "part") == "part") && rule.Text("endpoint") is not (null or "send"))
        {
            throw rule.Wrong("only the endpoint send has parts.");
        }
    }
}
