using System.Text.Json.Nodes;
using Sluice.Simulator.Faults;
using Sluice.Simulator.State;
using Sluice.Simulator.Uploads;
using Sluice.Simulator.Workspace;

namespace Sluice.Simulator.Admin;

/// <summary>The shapes of the simulator's own API. Called under the state's lock.</summary>
internal static class AdminJson
{
    public static JsonObject Stats(SimulatorState state) => new()
    {
        ["requests"] = state.Requests,
        ["answers"] = Counts(state.Answers),
        ["faults"] = Counts(state.Faults.Counts),
        ["body_bytes"] = state.BodyBytes,
        ["rate_refusals"] = state.RateRefusals,
        ["most_requests_in_a_minute"] = state.MostInAMinute,
        ["uploads"] = state.Uploads.Count,
        ["attachments"] = state.Uploads.Values.Sum(u => u.Attachments.Count),
        ["profile"] = state.Faults.Profile,
        ["now"] = NotionJson.Time(state.Now),
    };

    public static JsonObject Faults(SimulatorState state) => new()
    {
        ["profile"] = state.Faults.Profile,
        ["rules"] = new JsonArray([.. state.Faults.Script.Rules.Select(rule => (JsonNode)new JsonObject
        {
            ["endpoint"] = rule.Endpoint, ["part"] = rule.Part, ["upload"] = rule.Upload, ["filename"] = rule.FileName,
            ["does"] = rule.Action.Name ?? "delay", ["acted"] = rule.Acted,
        })]),
        ["switches"] = SwitchReader.Write(state.Switches),
    };

    public static JsonObject Upload(SimulatedUpload upload) => new()
    {
        ["id"] = upload.Id,
        ["ordinal"] = upload.Ordinal,
        ["bot_id"] = NotionJson.BotId(upload.Token),
        ["filename"] = upload.FileName,
        ["content_type"] = upload.ContentType,
        ["status"] = upload.Status,
        ["created"] = NotionJson.Time(upload.Created),
        ["expiry"] = upload.Expiry is { } expiry ? NotionJson.Time(expiry) : null,
        ["length"] = upload.Length,
        ["parts_total"] = upload.PartsTotal,
        ["parts_sent"] = upload.Parts.Count,
        ["sends"] = upload.Sends.Values.Sum(),
        ["attachments"] = new JsonArray([.. upload.Attachments.Select(a => (JsonNode)new JsonObject { ["page_id"] = a.PageId, ["block_id"] = a.BlockId, ["property"] = a.Property })]),
    };

    public static JsonObject UploadWithParts(SimulatedUpload upload)
    {
        var json = Upload(upload);
        json["sha256"] = upload.Whole?.Sha256;
        json["sha256_unknown"] = upload.Whole?.Lost is { } part
            ? $"Part {part} was sent again with other bytes after its first bytes had gone into the digest and off the disk. Start with --store DIR to know."
            : null;
        json["parts"] = new JsonArray([.. upload.Parts.Values.Select(p => (JsonNode)new JsonObject
        {
            ["number"] = p.Number, ["length"] = p.Length, ["sha256"] = p.Sha256, ["sends"] = upload.Sends.GetValueOrDefault(p.Number),
        })]);
        return json;
    }

    private static JsonObject Counts(IEnumerable<KeyValuePair<string, long>> counts)
    {
        var json = new JsonObject();
        foreach (var (name, count) in counts)
        {
            json[name] = count;
        }

        return json;
    }
}
