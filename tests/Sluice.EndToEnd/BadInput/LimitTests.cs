using Sluice.EndToEnd.Running;
using Sluice.Simulator;

namespace Sluice.EndToEnd.BadInput;

/// <summary>What is outside of Notion's limits is refused before a byte is sent: exit 4.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task An_empty_file() => await RefusedAsync("empty_file", place => place.Write("a.txt", 0), "The file is empty", "at least one byte");

    [Fact]
    public async Task A_type_that_Notion_does_not_take() => await RefusedAsync("type_refused", place => place.Write("tool.exe", 10), ".exe", "--unsupported text");

    [Fact]
    public async Task A_file_of_more_than_5_GiB() => await RefusedAsync("too_large", place => Sparse(place, "big.mp4", (5L << 30) + 1), "5,368,709,121", "5,368,709,120 at most", "Split");

    [Fact]
    public async Task A_name_of_901_bytes() => await RefusedAsync("name_too_long", place => place.Write("a.txt", 10), ["--name", new string('é', 448) + "x.txt"], "901", "900", "--name");

    [Fact]
    public async Task A_file_over_the_limit_of_the_plan() =>
        await RefusedAsync("plan_limit", place => place.Write("a.txt", (5 << 20) + 1), [], new SimulatorOptions { Plan = "free" }, "5,242,880", "plan");

    [Fact]
    public async Task A_name_of_900_bytes_and_a_file_of_the_free_plans_limit_arrive()
    {
        await using var place = await Place.OpenAsync(new SimulatorOptions { Plan = "free" });
        var path = place.Write("a.txt", 5 << 20);
        var name = new string('é', 448) + ".txt";
        var line = (await place.RunAsync("upload", path, "--name", name, "--to", Place.Page, "--json")).Exits(0).Line;
        await Proof.ArrivedAsync(place, path, line, name);
    }

    [Fact]
    public async Task A_refused_type_carried_as_text_arrives()
    {
        await using var place = await Place.OpenAsync();
        var path = place.Write("tool.exe", 10);
        var line = (await place.RunAsync("upload", path, "--unsupported", "text", "--to", Place.Page, "--json")).Exits(0).Line;
        await Proof.ArrivedAsync(place, path, line, "tool.exe.txt");
    }

    [Fact]
    public async Task Of_several_files_the_good_ones_arrive_and_the_exit_code_is_the_worst()
    {
        await using var place = await Place.OpenAsync();
        place.Write("empty.txt", 0);
        place.Write("a.txt", 10);
        var ended = (await place.RunAsync("upload", "empty.txt", "a.txt", "--to", Place.Page, "--json")).Exits(4);
        Assert.Equal(["done", "refused"], ended.Lines.Select(l => l.GetProperty("status").GetString()).Order());
        Assert.Single(await place.Notion.BlocksAsync());
    }

    private static Task RefusedAsync(string code, Func<Place, string> make, params string[] says) => RefusedAsync(code, make, [], says);

    private static Task RefusedAsync(string code, Func<Place, string> make, string[] options, params string[] says) => RefusedAsync(code, make, options, null, says);

    private static async Task RefusedAsync(string code, Func<Place, string> make, string[] options, SimulatorOptions? notion, params string[] says)
    {
        await using var place = await Place.OpenAsync(notion);
        var path = make(place);
        var ended = (await place.RunAsync(["upload", path, "--to", Place.Page, "--json", .. options])).Exits(4).Says($"[{code}]").Says(says);
        Assert.Equal("refused", ended.Line.GetProperty("status").GetString());
        Assert.Equal(code, ended.Line.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(Place.Page, ended.Line.GetProperty("target").GetString());

        // Nothing is left behind, here or there; and a dry run says the same.
        Assert.Empty(await place.Notion.UploadsAsync());
        Assert.Empty((await place.RunAsync("list", "--json")).Exits(0).Out);
        (await place.RunAsync(["upload", path, "--dry-run", .. options])).Exits(4).Says($"[{code}]");
    }

    private static string Sparse(Place place, string name, long length)
    {
        var path = Path.Combine(place.Folder, name);
        using var file = File.Create(path);
        file.SetLength(length);
        return path;
    }
}
