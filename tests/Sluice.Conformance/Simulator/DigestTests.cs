using Sluice.Simulator.Uploads;
using Xunit;

namespace Sluice.Conformance.Simulator;

/// <summary>The digest of a whole file, with and without its bytes being kept.</summary>
public sealed class DigestTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_is_right_for_parts_in_any_order_at_once_and_again(bool kept)
    {
        var folder = Directory.CreateTempSubdirectory("sluice-digest-").FullName;
        try
        {
            await using var sim = await Sim.StartAsync(o => o with { Store = kept ? folder : null });
            var parts = Enumerable.Range(1, 12).Select(i => Sim.Bytes(i == 12 ? 77 : Sim.MinPart + i, i)).ToArray();
            var id = await sim.CreateAsync(parts: parts.Length);
            int[] order = [4, 2, 12, 1, 7, 3, 11, 5, 6, 4, 9, 8, 10, 1];
            await Parallel.ForEachAsync(order, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (part, _) => (await sim.SendAsync(id, parts[part - 1], part)).Ok());
            Assert.Null((await sim.AdminAsync("GET", $"/_sim/uploads/{id}")).Json["sha256"]);
            (await sim.CompleteAsync(id)).Ok();
            var seen = (await sim.AdminAsync("GET", $"/_sim/uploads/{id}")).Ok();
            Assert.Equal(Sim.Sha256(parts), seen.Text("sha256"));
            Assert.Equal(parts.Select(p => Sim.Sha256(p)), seen.Json["parts"]!.AsArray().Select(p => p!["sha256"]!.GetValue<string>()));
            Assert.Equal(parts.Select(p => p.Length), seen.Json["parts"]!.AsArray().Select(p => p!["length"]!.GetValue<int>()));
            Assert.Equal(kept ? parts.Length : 0, Directory.GetFiles(folder).Length);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task What_waits_on_disk_is_bounded_and_what_it_can_no_longer_know_it_says()
    {
        await using var sim = await Sim.StartAsync();
        var part = Sim.Bytes(20 << 20);
        const int Parts = 9; // 180 MiB: more than the window
        Assert.True(Parts * part.LongLength > WholeDigest.Window);
        var id = await sim.CreateAsync(parts: Parts);
        for (var i = 1; i < Parts; i++)
        {
            (await sim.SendAsync(id, part, i)).Ok();
        }

        (await sim.SendAsync(id, part, 1)).Ok(); // the same bytes again are no matter, wherever the first ones are
        (await sim.SendAsync(id, Sim.Bytes(Sim.MinPart, 3), Parts - 1)).Ok(); // other bytes, whose first ones still lie there
        (await sim.SendAsync(id, "end"u8.ToArray(), Parts)).Ok();
        (await sim.CompleteAsync(id)).Ok();
        var seen = (await sim.AdminAsync("GET", $"/_sim/uploads/{id}")).Ok();
        Assert.Equal(Sim.Sha256([.. Enumerable.Repeat(part, Parts - 2), Sim.Bytes(Sim.MinPart, 3), "end"u8.ToArray()]), seen.Text("sha256"));

        var other = await sim.CreateAsync("b.txt", Parts);
        for (var i = 1; i < Parts; i++)
        {
            (await sim.SendAsync(other, part, i)).Ok();
        }

        (await sim.SendAsync(other, Sim.Bytes(Sim.MinPart, 3), 1)).Ok();
        (await sim.SendAsync(other, "end"u8.ToArray(), Parts)).Ok();
        (await sim.CompleteAsync(other)).Ok();
        seen = (await sim.AdminAsync("GET", $"/_sim/uploads/{other}")).Ok();
        Assert.Null(seen.Json["sha256"]);
        Assert.Contains("Part 1 was sent again with other bytes", seen.Text("sha256_unknown"), StringComparison.Ordinal);
        Assert.Equal(Sim.Sha256(Sim.Bytes(Sim.MinPart, 3)), seen.Json["parts"]![0]!["sha256"]!.GetValue<string>());
    }
}
