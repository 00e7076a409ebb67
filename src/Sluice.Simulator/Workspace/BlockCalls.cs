using System.Text.Json.Nodes;
using Sluice.Simulator.Serving;
using Sluice.Simulator.State;

namespace Sluice.Simulator.Workspace;

/// <summary>The rules of blocks: append, list, read, change, delete. Called under the state's lock.</summary>
internal sealed class BlockCalls(SimulatorState state, SimulatedCall call, WorkspaceJson json)
{
    public SimulatorAnswer Append(JsonObject body)
    {
        if (state.Workspace.FindPage(call.Id) is not { } page)
        {
            return state.Workspace.FindBlock(call.Id) is null
                ? SimulatorAnswer.NotFound("block", call.Id)
                : SimulatorAnswer.Invalid("Block does not support children.");
        }

        if (PageCalls.BlockLimit(state) is { } used)
        {
            return used;
        }

        var check = new BodyCheck();
        var media = new MediaReader(state, call, check);
        check.Only(body, "body", call.IsLatest ? ["children", "position"] : ["children", "after"]);
        var at = Place(page, body, check);
        var made = Children(check, media, body, "children", page.Id, required: true);
        if (check.Refused is { } refused)
        {
            return refused;
        }

        page.Blocks.InsertRange(at, made);
        page.Edited = state.Now;
        foreach (var block in made)
        {
            Attachments.Add(state, block.File, new SimulatedAttachment(page.Id, block.Id, null));
        }

        return SimulatorAnswer.Ok(NotionJson.List(made.Select(json.Block), null, "block")) with { Made = page.Id, MadeChildren = [.. made.Select(b => b.Id)] };
    }

    public SimulatorAnswer Children()
    {
        if (state.Workspace.FindPage(call.Id) is { } page)
        {
            return Paging.FromQuery(call).Answer([.. page.Blocks.Where(b => !b.InTrash)], b => b.Id, json.Block, "block");
        }

        return state.Workspace.FindBlock(call.Id) is null
            ? SimulatorAnswer.NotFound("block", call.Id)
            : Paging.FromQuery(call).Answer<SimulatedBlock>([], b => b.Id, json.Block, "block");
    }

    public SimulatorAnswer Retrieve() =>
        state.Workspace.FindBlock(call.Id) is { } found ? SimulatorAnswer.Ok(json.Block(found.Block)) : SimulatorAnswer.NotFound("block", call.Id);

    public SimulatorAnswer Update(JsonObject body)
    {
        if (state.Workspace.FindBlock(call.Id) is not { } found)
        {
            return SimulatorAnswer.NotFound("block", call.Id);
        }

        var (page, block) = found;
        var check = new BodyCheck();
        var media = new MediaReader(state, call, check);
        check.Only(body, "body", call.IsLatest ? [block.Type, "type", "in_trash"] : [block.Type, "type", "archived", "in_trash"]);
        var given = check.Object(body, block.Type, "body");
        var file = media.Media(given, $"body.{block.Type}", block.Type, required: false);
        var caption = media.Caption(given, $"body.{block.Type}");
        var name = check.Text(given, "name", $"body.{block.Type}");
        var trash = check.Flag(body, "in_trash", "body") ?? check.Flag(body, "archived", "body");
        if (check.Refused is { } refused)
        {
            return refused;
        }

        block.File = (file ?? block.File) with { Name = name ?? file?.Name ?? block.File.Name };
        block.Caption = caption ?? block.Caption;
        block.InTrash = trash ?? block.InTrash;
        block.Edited = state.Now;
        if (file is not null)
        {
            Attachments.Add(state, file, new SimulatedAttachment(page.Id, block.Id, null));
        }

        return SimulatorAnswer.Ok(json.Block(block)) with { Made = block.Id };
    }

    public SimulatorAnswer Delete()
    {
        if (state.Workspace.FindBlock(call.Id) is not { } found)
        {
            return SimulatorAnswer.NotFound("block", call.Id);
        }

        found.Block.InTrash = true;
        return SimulatorAnswer.Ok(json.Block(found.Block));
    }

    /// <summary>The blocks of a body's array.</summary>
    public static List<SimulatedBlock> Children(BodyCheck check, MediaReader media, JsonObject body, string name, string parent, bool required)
    {
        var children = check.Array(body, name, "body", required);
        if (required && children is { Count: 0 })
        {
            check.Refuse($"body.{name}.length should be ≥ `1`, instead was `0`.");
        }

        return [.. (children ?? []).Select((child, index) => media.NewBlock(child, $"body.{name}[{index}]", parent)).OfType<SimulatedBlock>()];
    }

    /// <summary>Where the new blocks go: <c>position</c> in the latest version, <c>after</c> in those before.</summary>
    private static int Place(SimulatedPage page, JsonObject body, BodyCheck check)
    {
        var after = check.Id(body, "after", "body");
        if (check.Object(body, "position", "body") is { } position)
        {
            check.Only(position, "body.position", "type", "after_block");
            switch (check.OneOf(position, "type", "body.position", required: true, "end", "start", "after_block"))
            {
                case "start":
                    return 0;
                case "after_block":
                    after = check.Id(check.Object(position, "after_block", "body.position", required: true), "id", "body.position.after_block", required: true);
                    break;
                default:
                    return page.Blocks.Count;
            }
        }

        if (after is null)
        {
            return page.Blocks.Count;
        }

        var index = page.Blocks.FindIndex(b => b.Id == after && !b.InTrash);
        if (index < 0)
        {
            check.Refuse(SimulatorAnswer.NotFound("block", after));
        }

        return index + 1;
    }
}
