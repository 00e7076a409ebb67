using System.Text.Json.Nodes;
using Sluice.Simulator.Serving;
using Sluice.Simulator.State;

namespace Sluice.Simulator.Workspace;

/// <summary>The rules of the database, its data source, queries and search. What the simulator cannot filter by it refuses. Called under the state's lock.</summary>
internal sealed class QueryCalls(SimulatorState state, SimulatedCall call, WorkspaceJson json)
{
    private readonly BodyCheck _check = new();

    public SimulatorAnswer Database() => call.Id == SimulatedWorkspace.Database
        ? SimulatorAnswer.Ok(json.Database())
        : SimulatorAnswer.NotFound("database", call.Id);

    public SimulatorAnswer DataSource() => call.Id == SimulatedWorkspace.DataSource
        ? SimulatorAnswer.Ok(json.DataSource())
        : SimulatorAnswer.NotFound("data_source", call.Id);

    public SimulatorAnswer Query(JsonObject body)
    {
        if (call.Id != (call.HasDataSources ? SimulatedWorkspace.DataSource : SimulatedWorkspace.Database))
        {
            return SimulatorAnswer.NotFound(call.HasDataSources ? "data_source" : "database", call.Id);
        }

        _check.Only(body, "body", "filter", "sorts", "start_cursor", "page_size", call.IsLatest ? "in_trash" : "archived");
        var matches = Filter(_check.Object(body, "filter", "body"));
        var trash = _check.Flag(body, "in_trash", "body") ?? _check.Flag(body, "archived", "body") ?? false;
        var rows = Sorted(state.Workspace.Pages.Where(p => p.IsRow && p.InTrash == trash && matches(p.Title)), body).ToList();
        var paging = Paging.FromBody(_check, body);
        return _check.Refused ?? paging.Answer(rows, p => p.Id, json.Page, call.HasDataSources ? "page_or_data_source" : "page_or_database");
    }

    public SimulatorAnswer Search(JsonObject body)
    {
        _check.Only(body, "body", "query", "filter", "sort", "start_cursor", "page_size");
        var query = _check.Text(body, "query", "body") ?? "";
        var source = call.HasDataSources ? "data_source" : "database";
        var filter = _check.Object(body, "filter", "body");
        _check.OneOf(filter, "property", "body.filter", required: true, "object");
        var kind = _check.OneOf(filter, "value", "body.filter", required: true, "page", source);
        var sort = _check.Object(body, "sort", "body");
        _check.OneOf(sort, "timestamp", "body.sort", required: false, "last_edited_time");
        var oldest = _check.OneOf(sort, "direction", "body.sort", required: false, "ascending", "descending") == "ascending";

        // The database goes in as a page of the list that is written in its own shape.
        var found = state.Workspace.Pages.Where(p => kind != source && !p.InTrash && Has(p.Title)).Select(p => (p.Id, p.Edited, Json: (Func<JsonObject>)(() => json.Page(p)))).ToList();
        if (kind != "page" && Has(SimulatedWorkspace.DatabaseTitle))
        {
            found.Add(call.HasDataSources
                ? (SimulatedWorkspace.DataSource, state.Workspace.Created, json.DataSource)
                : (SimulatedWorkspace.Database, state.Workspace.Created, json.Database));
        }

        var sorted = oldest ? found.OrderBy(f => f.Edited).ToList() : found.OrderByDescending(f => f.Edited).ToList();
        var paging = Paging.FromBody(_check, body);
        return _check.Refused ?? paging.Answer(sorted, f => f.Id, f => f.Json(), $"page_or_{source}");

        bool Has(string title) => title.Contains(query, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A condition on the title.</summary>
    private Func<string, bool> Filter(JsonObject? filter)
    {
        if (filter is null)
        {
            return _ => true;
        }

        _check.Only(filter, "body.filter", "property", "title", "type");
        _check.OneOf(filter, "property", "body.filter", required: true, SimulatedWorkspace.TitleProperty, "title");
        var title = _check.Object(filter, "title", "body.filter", required: true);
        if (title is { Count: not 1 })
        {
            _check.Refuse("body.filter.title should have one condition.");
        }

        var (condition, text) = (title?.FirstOrDefault().Key ?? "", _check.Text(title, title?.FirstOrDefault().Key ?? "", "body.filter.title", required: true) ?? "");
        switch (condition)
        {
            case "equals":
                return value => value == text;
            case "contains":
                return value => value.Contains(text, StringComparison.OrdinalIgnoreCase);
            case "starts_with":
                return value => value.StartsWith(text, StringComparison.OrdinalIgnoreCase);
            default:
                _check.Refuse($"body.filter.title.{condition} should be not present; the simulator has equals, contains and starts_with.");
                return _ => false;
        }
    }

    /// <summary>Newest first where nothing else is asked for; at most one order.</summary>
    private IEnumerable<SimulatedPage> Sorted(IEnumerable<SimulatedPage> rows, JsonObject body)
    {
        if (_check.Array(body, "sorts", "body") is not { Count: > 0 } sorts)
        {
            return rows;
        }

        if (sorts is not [JsonObject sort])
        {
            _check.Refuse("body.sorts should have one object; the simulator sorts by one thing.");
            return rows;
        }

        _check.Only(sort, "body.sorts[0]", "timestamp", "property", "direction");
        var by = _check.OneOf(sort, "timestamp", "body.sorts[0]", required: false, "created_time", "last_edited_time")
            ?? _check.OneOf(sort, "property", "body.sorts[0]", required: true, SimulatedWorkspace.TitleProperty, "title");
        var down = _check.OneOf(sort, "direction", "body.sorts[0]", required: true, "ascending", "descending") == "descending";
        Func<SimulatedPage, (DateTimeOffset, string)> key = by switch
        {
            "created_time" => p => (p.Created, ""),
            "last_edited_time" => p => (p.Edited, ""),
            _ => p => (default, p.Title),
        };
        var comparer = Comparer<(DateTimeOffset Time, string Title)>.Create((a, b) => a.Time != b.Time ? a.Time.CompareTo(b.Time) : string.CompareOrdinal(a.Title, b.Title));
        return down ? rows.OrderByDescending(key, comparer) : rows.OrderBy(key, comparer);
    }
}
