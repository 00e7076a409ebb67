using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Sluice.Simulator.Faults;
using Xunit;

namespace Sluice.Conformance.Simulator;

/// <summary>The named fault profiles: how often, how, and always the same for the same seed.</summary>
public sealed class ProfileTests
{
    private const int Draws = 100_000;

    [Theory]
    [InlineData("create")]
    [InlineData("send")]
    [InlineData("complete")]
    [InlineData("append")]
    [InlineData("page_create")]
    [InlineData("page_update")]
    public void Flaky_is_3_percent_server_errors_1_percent_resets_and_1_percent_429(string endpoint)
    {
        var all = DrawAll("flaky", endpoint);
        AssertShare(0.03, all.Count(a => a is { Status: 502 or 503 or 504, Kept: false }));
        AssertShare(0.01, all.Count(a => a?.Status == 502));
        AssertShare(0.01, all.Count(a => a is { ResetAfter: not null, Kept: false }));
        AssertShare(0.01, all.Count(a => a is { Status: 429, RefuseAfter: null }));
        AssertShare(0.95, all.Count(a => a is null));
    }

    [Fact]
    public void Rough_is_what_it_says()
    {
        var all = DrawAll("rough", "send");
        AssertShare(0.05, all.Count(a => a is { Status: >= 500, Kept: true }));
        AssertShare(0.05, all.Count(a => a is { Status: >= 500, Kept: false }));
        AssertShare(0.03, all.Count(a => a is { ResetAfter: 500_000 }));
        AssertShare(0.01, all.Count(a => a is { Hang: true }));
        AssertShare(0.005, all.Count(a => a is { Status: 429, RefuseAfter: 100_000 }));
        AssertShare(0.005, all.Count(a => a is { Status: 413, RefuseAfter: 100_000 }));
        var served = all.Where(a => a is { Name: null }).ToList();
        AssertShare(0.85, served.Count);
        Assert.All(served, a => Assert.InRange(a!.Delay, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(2)));
        Assert.DoesNotContain(DrawAll("rough", "complete"), a => a!.RefuseAfter is not null);
        Assert.All(DrawAll("rough", "retrieve"), a => Assert.True(a is { Name: null } && a.Delay > TimeSpan.Zero));
    }

    [Theory]
    [InlineData("calm")]
    [InlineData("outage")]
    [InlineData("forgetful")]
    public void The_other_profiles_draw_nothing(string profile) => Assert.All(DrawAll(profile, "send"), Assert.Null);

    [Fact]
    public void A_draw_depends_on_the_seed_the_upload_the_endpoint_the_part_and_the_try()
    {
        string Faults(ulong seed, string who, string endpoint, string part) =>
            string.Join(',', Enumerable.Range(1, 2000).Select(attempt => FaultProfile.Draw("flaky", seed, who, endpoint, part, attempt)?.Name));
        var first = Faults(1, "a.txt#1", "send", "p");
        Assert.Equal(first, Faults(1, "a.txt#1", "send", "p"));
        string[] others = [Faults(2, "a.txt#1", "send", "p"), Faults(1, "a.txt#2", "send", "p"), Faults(1, "a.txt#1", "complete", "p"), Faults(1, "a.txt#1", "send", "q")];
        Assert.DoesNotContain(first, others);
    }

    [Fact]
    public async Task The_order_of_arrival_does_not_matter()
    {
        var forward = await RunAsync(Enumerable.Range(1, 60).ToArray(), width: 1);
        var backward = await RunAsync(Enumerable.Range(1, 60).Reverse().ToArray(), width: 8);
        Assert.Equal(forward, backward);
        Assert.Contains(forward, tries => tries != "200");
        Assert.NotEqual(forward, await RunAsync(Enumerable.Range(1, 60).ToArray(), width: 1, seed: 12));
    }

    [Fact]
    public async Task An_outage_answers_everything_with_504_for_90_seconds_from_the_first_send()
    {
        await using var sim = await Sim.StartAsync(o => o with { Profile = "outage" });
        var id = await sim.CreateAsync(parts: 1);
        (await sim.SendAsync(id, "x"u8.ToArray(), 1)).Refused(504, "gateway_timeout", "Gateway Timeout");
        (await sim.RetrieveAsync(id)).Refused(504, "gateway_timeout");
        (await sim.CallAsync("GET", "/v1/users/me")).Refused(504, "gateway_timeout");
        await sim.AdvanceAsync("89s");
        (await sim.RetrieveAsync(id)).Refused(504, "gateway_timeout");
        await sim.AdvanceAsync("1s");
        Assert.Equal("""{"total":1,"sent":0}""", (await sim.RetrieveAsync(id)).Ok().Json["number_of_parts"]!.ToJsonString());
        (await sim.SendAsync(id, "x"u8.ToArray(), 1)).Ok();
        Assert.Equal(4, (await sim.AdminAsync("GET", "/_sim/stats")).Json["faults"]!["504"]!.GetValue<int>());
    }

    [Fact]
    public async Task Forgetful_forgets_the_first_upload_of_a_name_at_half_of_its_parts()
    {
        await using var sim = await Sim.StartAsync(o => o with { Profile = "forgetful" });
        await sim.ScriptAsync("""{"switches":{"small_parts":"complete"}}""");
        var first = await sim.CreateAsync("a.txt", 4);
        Assert.Equal("pending", (await sim.SendAsync(first, "x"u8.ToArray(), 1)).Ok().Text("status"));
        Assert.Equal("pending", (await sim.RetrieveAsync(first)).Text("status"));
        (await sim.SendAsync(first, "x"u8.ToArray(), 1)).Ok(); // the same part again is no other part
        Assert.Equal("pending", (await sim.SendAsync(first, "x"u8.ToArray(), 3)).Ok().Text("status"));
        Assert.Equal("expired", (await sim.RetrieveAsync(first)).Text("status"));
        (await sim.SendAsync(first, "x"u8.ToArray(), 2)).Invalid("expired");

        foreach (var (name, token, lives) in new[] { ("a.txt", "ntn_a", true), ("a.txt", "ntn_b", false), ("b.txt", "ntn_a", false) })
        {
            var id = await sim.CreateAsync(name, 4, token);
            (await sim.SendAsync(id, "x"u8.ToArray(), 1, token: token)).Ok();
            (await sim.SendAsync(id, "x"u8.ToArray(), 2, token: token)).Ok();
            Assert.Equal(lives ? "pending" : "expired", (await sim.RetrieveAsync(id, token)).Text("status"));
        }
    }

    [Fact]
    public async Task Rough_has_a_bucket_of_three_a_second_in_place_of_the_plans_window()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var sim = await Sim.StartAsync(o => o with { Profile = "rough", RequestsPerMinute = null, Time = time });
        var served = Enumerable.Range(0, 3).Select(_ => sim.CallAsync("GET", "/v1/users/me")).ToArray();
        await Eventually.HoldsAsync(async () => (await sim.AdminAsync("GET", "/_sim/stats")).Number("requests") >= 3);

        var refused = await sim.CallAsync("GET", "/v1/users/me").WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Equal("1", refused.Refused(429, "rate_limited").RetryAfter);
        Assert.All(served, task => Assert.False(task.IsCompleted)); // latency
        await Eventually.HoldsAsync(() => served.All(static task => task.IsCompleted), time);
        Assert.All(served, task => Assert.Equal(200, task.Result.Status));
    }

    /// <summary>What each part of one upload met until it was taken, part by part, whatever the order.</summary>
    private static async Task<string[]> RunAsync(int[] order, int width, ulong seed = 11)
    {
        await using var sim = await Sim.StartAsync(o => o with { Seed = seed });
        await sim.ScriptAsync("""{"switches":{"small_parts":"complete"}}""");
        var id = await sim.CreateAsync(parts: order.Length);
        await sim.AdminAsync("PUT", "/_sim/profile", "flaky");
        var met = new ConcurrentDictionary<int, string>();
        await Parallel.ForEachAsync(order, new ParallelOptions { MaxDegreeOfParallelism = width, CancellationToken = TestContext.Current.CancellationToken }, async (part, _) =>
        {
            var tries = new List<string>();
            do
            {
                tries.Add(await TryAsync(sim, id, part));
            }
            while (tries[^1] != "200");
            met[part] = string.Join(' ', tries);
        });
        return [.. met.OrderBy(pair => pair.Key).Select(pair => pair.Value)];
    }

    private static async Task<string> TryAsync(Sim sim, string id, int part)
    {
        try
        {
            return (await sim.SendAsync(id, Sim.Bytes(300, part), part)).Status.ToString(CultureInfo.InvariantCulture);
        }
        catch (HttpRequestException)
        {
            return "reset";
        }
    }

    private static List<FaultAction?> DrawAll(string profile, string endpoint) =>
        [.. Enumerable.Range(1, Draws).Select(i => FaultProfile.Draw(profile, 7, $"f{i % 100}#1", endpoint, $"{i % 1000}", i))];

    /// <summary>Within four standard deviations; the seed is fixed, so it is so always or never.</summary>
    private static void AssertShare(double share, int count) =>
        Assert.InRange(count / (double)Draws, share - (4 * Math.Sqrt(share / Draws)), share + (4 * Math.Sqrt(share / Draws)));
}
