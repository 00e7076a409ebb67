using System.Text.Json.Nodes;
using Sluice.Simulator.State;
using Sluice.Simulator.Uploads;
using Sluice.Simulator.Workspace;

namespace Sluice.Simulator.Serving;

/// <summary>Who does the work of which endpoint; sends aside. Called under the state's lock.</summary>
internal sealed class CallTable(SimulatorState state, Uri address)
{
    public SimulatorAnswer Work(SimulatedCall call, JsonObject body)
    {
        var uploads = new UploadCalls(state, address);
        var json = new WorkspaceJson(state, address, call);
        var blocks = new BlockCalls(state, call, json);
        var pages = new PageCalls(state, call, json);
        var queries = new QueryCalls(state, call, json);
        return call.Endpoint switch
        {
            "create" => uploads.Create(call, body),
            "complete" => Upload(call, upload => uploads.Complete(upload, call)),
            "retrieve" => Upload(call, upload => uploads.Retrieve(upload, call)),
            "list" => uploads.List(call),
            "users" => new UserCalls(state, call).Answer(),
            "append" => blocks.Append(body),
            "children" => blocks.Children(),
            "block" => blocks.Retrieve(),
            "block_update" => blocks.Update(body),
            "block_delete" => blocks.Delete(),
            "page" => pages.Retrieve(),
            "page_create" => pages.Create(body),
            "page_update" => pages.Update(body),
            "database" => queries.Database(),
            "data_source" => queries.DataSource(),
            "query" => queries.Query(body),
            "search" => queries.Search(body),
            _ => SimulatorAnswer.Error(400, "invalid_request_url", "Invalid request URL."),
        };
    }

    private SimulatorAnswer Upload(SimulatedCall call, Func<SimulatedUpload, SimulatorAnswer> work) =>
        state.Find(call.Id, call.Token) is { } upload ? work(upload) : SimulatorAnswer.NotFound("file_upload", call.Id);
}
