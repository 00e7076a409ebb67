using System.Text.Json.Nodes;
using Sluice.Simulator.State;
using Sluice.Simulator.Workspace;

namespace Sluice.Simulator.Serving;

/// <summary>The connection's own bot, the only user there is: asked for as <c>me</c>, by id, or in the list. Called under the state's lock.</summary>
internal sealed class UserCalls(SimulatorState state, SimulatedCall call)
{
    public SimulatorAnswer Answer()
    {
        var me = NotionJson.BotId(call.Token);
        var path = call.Context.Request.Path.Value!.TrimEnd('/');
        return path.EndsWith("/users", StringComparison.Ordinal) ? Paging.FromQuery(call).Answer([me], id => id, _ => Me(), "user")
            : path.EndsWith("/me", StringComparison.Ordinal) || call.Id == me ? SimulatorAnswer.Ok(Me())
            : SimulatorAnswer.NotFound("user", call.Id);
    }

    private JsonObject Me() => new()
    {
        ["object"] = "user",
        ["id"] = NotionJson.BotId(call.Token),
        ["name"] = "Simulated connection",
        ["avatar_url"] = null,
        ["type"] = "bot",
        ["bot"] = !state.Switches.BotLimits ? [] : new JsonObject
        {
            ["owner"] = new JsonObject { ["type"] = "workspace", ["workspace"] = true },
            ["workspace_name"] = "Simulated workspace",
            ["workspace_id"] = SimulatedWorkspace.Id,
            ["workspace_limits"] = new JsonObject { ["max_file_upload_size_in_bytes"] = state.Switches.MaxFileSize },
        },
    };
}
