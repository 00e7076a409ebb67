using Xunit;

namespace Sluice.Conformance.Simulator;

/// <summary>The list of a connection's uploads.</summary>
public sealed class ListTests
{
    [Fact]
    public async Task The_list_is_newest_first_in_pages_whose_cursor_counts()
    {
        await using var sim = await Sim.StartAsync();
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Insert(0, await sim.CreateAsync($"{i}.txt"));
        }

        var first = (await sim.CallAsync("GET", "/v1/file_uploads?page_size=2", version: "2025-09-03")).Ok();
        Assert.Equal(["object", "results", "next_cursor", "has_more", "type", "file_upload", "request_id"], first.Fields);
        Assert.Equal("file_upload", first.Text("type"));
        Assert.Equal(ids[..2], Ids(first));
        Assert.Equal((ids[2], true), (first.Text("next_cursor"), first.Json["has_more"]!.GetValue<bool>()));
        Assert.False(first.Results[0]!.AsObject().ContainsKey("request_id"));

        var second = (await sim.CallAsync("GET", $"/v1/file_uploads?page_size=3&start_cursor={first.Text("next_cursor")}")).Ok();
        Assert.Equal(ids[2..], Ids(second));
        Assert.Null(second.Json["next_cursor"]);
        Assert.Equal(ids, Ids((await sim.CallAsync("GET", $"/v1/file_uploads?start_cursor={ids[0].Replace("-", "", StringComparison.Ordinal)}")).Ok()));
    }

    [Fact]
    public async Task The_list_is_filtered_by_status()
    {
        await using var sim = await Sim.StartAsync();
        var pending = await sim.CreateAsync();
        var uploaded = await sim.UploadAsync();
        Assert.Equal([pending], Ids(await sim.CallAsync("GET", "/v1/file_uploads?status=pending")));
        Assert.Equal([uploaded], Ids(await sim.CallAsync("GET", "/v1/file_uploads?status=uploaded")));
        Assert.Empty(Ids(await sim.CallAsync("GET", "/v1/file_uploads?status=failed")));
        await sim.AdvanceAsync("60m");
        Assert.Equal([uploaded, pending], Ids(await sim.CallAsync("GET", "/v1/file_uploads?status=expired")));
    }

    [Theory]
    [InlineData("status=done")]
    [InlineData("page_size=0")]
    [InlineData("page_size=101")]
    [InlineData("page_size=x")]
    [InlineData("start_cursor=x")]
    [InlineData("start_cursor=00000000-0000-4000-8000-00000000ffff")]
    public async Task A_list_that_makes_no_sense_is_refused(string query)
    {
        await using var sim = await Sim.StartAsync();
        (await sim.CallAsync("GET", $"/v1/file_uploads?{query}")).Invalid();
    }

    private static string[] Ids(Reply reply) => [.. reply.Ok().Results.Select(r => r!["id"]!.GetValue<string>())];
}
