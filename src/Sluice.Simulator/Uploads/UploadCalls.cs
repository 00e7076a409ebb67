using System.Text.Json.Nodes;
using Sluice.Simulator.Serving;
using Sluice.Simulator.State;

namespace Sluice.Simulator.Uploads;

/// <summary>The rules of create, complete, retrieve and list. Called under the state's lock.</summary>
internal sealed class UploadCalls(SimulatorState state, Uri address)
{
    private const int MaxParts = 10_000;

    public SimulatorAnswer Create(SimulatedCall call, JsonObject body)
    {
        // Closed it is not: a public client always sends a field more and is served.
        var check = new BodyCheck();
        var multi = check.OneOf(body, "mode", "body", required: false, "single_part", "multi_part", "external_url") switch
        {
            "multi_part" => true,
            "external_url" => ImportsNothing(check),
            _ => false,
        };
        var name = check.Text(body, "filename", "body", required: multi);
        var type = check.Text(body, "content_type", "body");
        var parts = check.Whole(body, "number_of_parts", "body");
        if (multi && parts is not (>= 1 and <= MaxParts))
        {
            check.Refuse($"body.number_of_parts should be a number from 1 to {MaxParts}, instead was `{parts?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "undefined"}`.");
        }

        if (multi && state.Switches.Plan == "free" && !(state.Switches.FreeMultiPart && parts == 1))
        {
            check.Refuse(SimulatorAnswer.Invalid("Multi-part file uploads are not available on the free plan."));
        }

        if (check.Refused is null && name is not null)
        {
            (name, type, var refused) = NameRules.Settle(name, type, state.Switches.OldTypes);
            check.Refuse(refused);
        }
        else if (type is not null && !TypeTable.KnowsType(type, state.Switches.OldTypes))
        {
            check.Refuse(NameRules.UnsupportedType(type));
        }

        return check.Refused ?? Answer(state.NewUpload(call.Token, multi ? parts : null, name, type), call);
    }

    public SimulatorAnswer Complete(SimulatedUpload upload, SimulatedCall call)
    {
        if (SendRules.NotPending(upload) is { } refused)
        {
            return refused;
        }

        if (!upload.Multi)
        {
            return SimulatorAnswer.Invalid("Only file uploads with a mode of `multi_part` can be completed.");
        }

        var missing = Enumerable.Range(1, upload.PartsTotal!.Value).FirstOrDefault(number => !upload.Parts.ContainsKey(number));
        if (missing > 0)
        {
            return SimulatorAnswer.Invalid($"Expected {upload.PartsTotal} parts to be sent before completing the file upload. Send part number {missing} next.");
        }

        if (upload.Parts.Values.Any(p => SendRules.IsTooSmall(p.Number, p.Length, upload)))
        {
            return SimulatorAnswer.Invalid("Every part but the last must be at least 5 MiB.");
        }

        if (upload.Length > state.Switches.MaxFileSize)
        {
            return SendRules.TooLarge(state.Switches.MaxFileSize);
        }

        state.Finish(upload);
        return Answer(upload, call) with { Made = upload.Id };
    }

    public SimulatorAnswer Retrieve(SimulatedUpload upload, SimulatedCall call) => Answer(upload, call);

    public SimulatorAnswer List(SimulatedCall call)
    {
        var status = call.Query("status");
        if (status is not (null or "pending" or "uploaded" or "expired" or "failed"))
        {
            return SimulatorAnswer.Invalid($"query failed validation: query.status should be `\"pending\"`, `\"uploaded\"`, `\"expired\"` or `\"failed\"`, instead was `\"{status}\"`.");
        }

        var all = state.Uploads.Values.Where(u => u.Token == call.Token).Select(state.Look).Where(u => status is null || u.Status == status).Reverse().ToList();
        return Paging.FromQuery(call).Answer(all, u => u.Id, u => Json(u, call), "file_upload");
    }

    public JsonObject Json(SimulatedUpload upload, SimulatedCall call) => UploadJson.Write(upload, address, call.Version, state.Switches.CountResentParts);

    private SimulatorAnswer Answer(SimulatedUpload upload, SimulatedCall call) => SimulatorAnswer.Ok(Json(upload, call));

    /// <summary>The simulator reaches nothing outside of itself.</summary>
    private static bool ImportsNothing(BodyCheck check)
    {
        check.Refuse(SimulatorAnswer.Invalid("The simulator does not import files from external addresses (docs/simulator.md)."));
        return false;
    }
}
