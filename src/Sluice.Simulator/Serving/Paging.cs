using System.Globalization;
using System.Text.Json.Nodes;
using Sluice.Simulator.Workspace;

namespace Sluice.Simulator.Serving;

/// <summary>Which page of a list is asked for: a cursor is the id of the first item of the page, and counts.</summary>
internal sealed class Paging
{
    private const int MaxSize = 100;

    private readonly string? _cursor;
    private readonly int _size;
    private readonly SimulatorAnswer? _refused;

    private Paging(string? cursor, int? size, bool valid, string where)
    {
        (_cursor, _size) = (cursor is null ? null : Routes.Dashed(cursor), size ?? MaxSize);
        _refused = !valid || _size is < 1 or > MaxSize ? SimulatorAnswer.Invalid($"{where} failed validation: {where}.page_size should be a number from 1 to {MaxSize}.")
            : cursor is not null && _cursor is null ? SimulatorAnswer.Invalid($"{where} failed validation: {where}.start_cursor should be a valid uuid, instead was `\"{cursor}\"`.")
            : null;
    }

    public static Paging FromQuery(SimulatedCall call)
    {
        var text = call.Query("page_size");
        var valid = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size);
        return new Paging(call.Query("start_cursor"), text is null ? null : size, valid || text is null, "query");
    }

    public static Paging FromBody(BodyCheck check, JsonObject body) =>
        new(check.Text(body, "start_cursor", "body"), check.Whole(body, "page_size", "body"), valid: true, "body");

    /// <summary>The page of a list, in Notion's envelope.</summary>
    public SimulatorAnswer Answer<T>(IReadOnlyList<T> all, Func<T, string> id, Func<T, JsonObject> json, string type)
    {
        if (_refused is not null)
        {
            return _refused;
        }

        var from = 0;
        while (_cursor is not null && from < all.Count && id(all[from]) != _cursor)
        {
            from++;
        }

        if (_cursor is not null && from == all.Count)
        {
            return SimulatorAnswer.Invalid($"The start_cursor provided is invalid: {_cursor}");
        }

        var next = all.Count > from + _size ? id(all[from + _size]) : null;
        return SimulatorAnswer.Ok(NotionJson.List(all.Skip(from).Take(_size).Select(json), next, type));
    }
}
