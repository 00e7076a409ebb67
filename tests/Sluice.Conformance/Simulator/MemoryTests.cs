using Xunit;

namespace Sluice.Conformance.Simulator;

/// <summary>What an upload leaves on the heap. Alone in the process, because the heap is everybody's.</summary>
[Collection(nameof(Alone))]
public sealed class MemoryTests
{
    [Fact]
    public async Task A_thousand_parts_cost_no_memory()
    {
        await using var sim = await Sim.StartAsync();
        await sim.ScriptAsync("""{"switches":{"small_parts":"complete"}}""");
        var id = await sim.CreateAsync(parts: 1000);
        var part = Sim.Bytes(200_000);
        await SendManyAsync(sim, id, part, 1, 200);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await SendManyAsync(sim, id, part, 201, 1000);
        var after = GC.GetTotalMemory(forceFullCollection: true);

        // 160 MB went through. What the server and its client keep of their own (pinned blocks by the thread) differs from machine to
        // machine by some MiB; a simulator that held its parts would be far above.
        Assert.True(after - before < 16 << 20, $"800 parts of 200 KB left {(after - before) >> 10} KiB on the heap.");
        Assert.Equal(1000, (await sim.RetrieveAsync(id)).Ok().Json["number_of_parts"]!["sent"]!.GetValue<int>());
    }

    private static async Task SendManyAsync(Sim sim, string id, byte[] part, int first, int last)
    {
        for (var i = first; i <= last; i++)
        {
            (await sim.SendAsync(id, part, i)).Ok();
        }
    }
}
