using System.Text.Json;

namespace Sluice.Simulator;

/// <summary>Reads fault rules: a JSON array (docs/simulator.md). The first rule that matches and still acts decides.</summary>
internal sealed class FaultScript
{
    private readonly List<FaultRule> _rules = [];

    public static FaultScript Parse(string json)
    {
        var script = new FaultScript();
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        foreach (var rule in document.RootElement.EnumerateArray())
        {
            script._rules.Add(Rule(rule));
        }

        return script;
    }

    public FaultAction? Find(string endpoint, int? part, SimulatedUpload? upload)
    {
        foreach (var rule in _rules)
        {
            if (!rule.Matches(endpoint, part, upload) || rule.Times == 0)
            {
                continue;
            }

            if (rule.Skip > 0)
            {
                rule.Skip--;
                continue;
            }

            rule.Times--;
            return rule.Action;
        }

        return null;
    }

    private static FaultRule Rule(JsonElement rule)
    {
        foreach (var property in rule.EnumerateObject())
        {
            if (property.Name is not ("endpoint" or "part" or "upload" or "filename" or "skip" or "times" or "status" or "kept" or "retry_after" or "reason" or "html" or "reset_after" or "hang" or "refuse_after" or "delay_ms" or "guidance" or "forget"))
            {
                throw new FormatException($"A fault rule has no '{property.Name}'; docs/simulator.md lists what it may have.");
            }
        }

        return new FaultRule
        {
            Endpoint = Text(rule, "endpoint"),
            Part = Number(rule, "part"),
            Upload = Number(rule, "upload"),
            FileName = Text(rule, "filename"),
            Skip = Number(rule, "skip") ?? 0,
            Times = Number(rule, "times"),
            Action = new FaultAction
            {
                Status = Number(rule, "status") ?? 0,
                Kept = Flag(rule, "kept"),
                RetryAfter = Number(rule, "retry_after"),
                Reason = Text(rule, "reason") ?? "public_api_request_rate_limit",
                Html = Flag(rule, "html"),
                ResetAfter = Number(rule, "reset_after"),
                Hang = Flag(rule, "hang"),
                RefuseAfter = Number(rule, "refuse_after"),
                Delay = TimeSpan.FromMilliseconds(Number(rule, "delay_ms") ?? 0),
                Guidance = Flag(rule, "guidance"),
                Forget = Flag(rule, "forget"),
            },
        };
    }

    private static string? Text(JsonElement rule, string name) => rule.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static int? Number(JsonElement rule, string name) => rule.TryGetProperty(name, out var value) ? value.GetInt32() : null;

    private static bool Flag(JsonElement rule, string name) => rule.TryGetProperty(name, out var value) && value.GetBoolean();
}
