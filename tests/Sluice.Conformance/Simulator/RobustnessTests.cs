using System.Diagnostics;
using Xunit;

namespace Sluice.Conformance.Simulator;

/// <summary>Many clients, clients that leave, a stop in the middle; what is left on disk and in memory.</summary>
public sealed class RobustnessTests
{
    [Fact]
    public async Task Twenty_five_clients_at_once_are_all_served_and_told_apart()
    {
        await using var sim = await Sim.StartAsync();
        await Parallel.ForEachAsync(Enumerable.Range(1, 25), new ParallelOptions { MaxDegreeOfParallelism = 25 }, async (n, _) =>
        {
            var (token, first, last) = ($"ntn_{n}", Sim.Bytes(Sim.MinPart, n), Sim.Bytes(n * 100, -n));
            var id = await sim.CreateAsync("same.txt", 2, token);
            await Task.WhenAll(sim.SendAsync(id, last, 2, token: token), sim.SendAsync(id, first, 1, token: token));
            (await sim.CompleteAsync(id, token)).Ok();
            (await sim.AppendAsync(id, token: token)).Ok();
            Assert.Equal(Sim.Sha256(first, last), (await sim.AdminAsync("GET", $"/_sim/uploads/{id}")).Ok().Text("sha256"));
        });
        Assert.Equal(25, (await sim.CallAsync("GET", $"/v1/blocks/{Sim.Page}/children")).Ok().Results.Count);
    }

    [Fact]
    public async Task A_client_that_leaves_in_the_middle_of_a_body_leaves_nothing()
    {
        var folder = Directory.CreateTempSubdirectory("sluice-left-").FullName;
        try
        {
            await using var sim = await Sim.StartAsync(o => o with { Store = folder });
            var id = await sim.CreateAsync(parts: 1);
            for (var i = 0; i < 5; i++)
            {
                using var raw = await RawHttp.ConnectAsync(sim.Address);
                await raw.WriteAsync(RawHttp.SendHead(id, "multipart/form-data; boundary=b", 1_000_000));
                await raw.WriteAsync("--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n");
                await raw.WriteAsync(new byte[100_000]);
                await Eventually.HoldsAsync(() => Directory.GetFiles(folder).Length == 1);
            }

            await Eventually.HoldsAsync(() => Directory.GetFiles(folder).Length == 0);
            Assert.Equal(0, (await sim.RetrieveAsync(id)).Ok().Json["number_of_parts"]!["sent"]!.GetValue<int>());
            Assert.DoesNotContain("send", (await sim.AdminAsync("GET", "/_sim/stats")).Json["answers"]!.ToJsonString(), StringComparison.Ordinal);
            (await sim.SendAsync(id, "x"u8.ToArray(), 1)).Ok();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Files_go_at_expiry_and_at_reset()
    {
        var folder = Directory.CreateTempSubdirectory("sluice-gone-").FullName;
        try
        {
            await using var sim = await Sim.StartAsync(o => o with { Store = folder });
            var first = await sim.UploadAsync();
            Assert.Single(Directory.GetFiles(folder));
            await sim.AdvanceAsync("1h");
            Assert.Equal("expired", (await sim.RetrieveAsync(first)).Text("status"));
            Assert.Empty(Directory.GetFiles(folder));
            await sim.UploadAsync();
            Assert.Single(Directory.GetFiles(folder));
            await sim.AdminAsync("POST", "/_sim/reset");
            Assert.Empty(Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_stop_ends_requests_that_run_and_takes_the_temporary_folder_away()
    {
        var sim = await Sim.StartAsync();
        Assert.True(Directory.Exists(sim.TemporaryFolder));
        await sim.ScriptAsync("""[{"endpoint":"complete","hang":true}]""");
        var id = await sim.CreateAsync(parts: 1);
        (await sim.SendAsync(id, "x"u8.ToArray(), 1)).Ok();
        using var raw = await RawHttp.ConnectAsync(sim.Address);
        await raw.WriteAsync(RawHttp.SendHead(id, "multipart/form-data; boundary=b", 1_000_000));
        await raw.WriteAsync("--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nhello");
        using var hung = await RawHttp.ConnectAsync(sim.Address);
        await hung.WriteAsync(RawHttp.Head("POST", $"/v1/file_uploads/{id}/complete", "Content-Length: 0\r\n"));
        await Eventually.HoldsAsync(async () => (await sim.AdminAsync("GET", "/_sim/stats")).Json["faults"]!["hang"] is not null);

        var started = Stopwatch.GetTimestamp();
        await sim.DisposeAsync();
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(9), "The stop waited for a request that hangs.");
        Assert.Null(await hung.ReadAsync());
        Assert.False(Directory.Exists(sim.TemporaryFolder));
    }

    [Fact]
    public async Task A_taken_address_is_an_error()
    {
        await using var sim = await Sim.StartAsync();
        await Assert.ThrowsAnyAsync<IOException>(() => Sim.StartAsync(o => o with { Listen = sim.Address.ToString() }));
    }

    [Fact]
    public async Task Bandwidth_is_one_line_for_all()
    {
        await using var sim = await Sim.StartAsync(o => o with { Bandwidth = 4_000_000, Time = TimeProvider.System });
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async i => (await sim.SendAsync(await sim.CreateAsync($"{i}.txt"), new byte[500_000])).Ok()));
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(0.45), TimeSpan.FromSeconds(20));
    }
}
