using Sluice.EndToEnd.Running;
using Sluice.Simulator;

namespace Sluice.EndToEnd.Uploads;

/// <summary>Under every fault profile the file arrives whole, once, and within the bytes that requirements allow.</summary>
public sealed class FaultProfileTests
{
    private static readonly long Size = Program.IsFull ? 1L << 30 : 64L << 20;

    [Theory]
    [InlineData("calm", 1, 1.02)]
    [InlineData("flaky", 7, 1.25)]
    [InlineData("flaky", 8, 1.25)]
    [InlineData("rough", 7, 1.6)]
    [InlineData("rough", 9, 1.6)]
    public async Task A_file_arrives_whole_and_once(string profile, int seed, double mostBytes)
    {
        await using var place = await Place.OpenAsync(new SimulatorOptions { Profile = profile, Seed = (ulong)seed });
        var path = place.Write("film.txt", Size);

        var ended = (await place.RunAsync("upload", path, "--to", Place.Page, "--part-size", "5MiB", "--json")).Exits(0);

        await Proof.ArrivedAsync(place, path, ended.Line);
        var sent = ended.Line.GetProperty("bytes_sent").GetInt64();
        Assert.InRange(sent, Size, (long)(Size * mostBytes));
    }

    [Fact]
    public async Task A_forgotten_upload_is_begun_again_by_itself()
    {
        await using var place = await Place.OpenAsync(new SimulatorOptions { Profile = "forgetful", RequestsPerMinute = 0 });
        var path = place.Write("film.txt", Size);

        var ended = (await place.RunAsync("upload", path, "--to", Place.Page, "--part-size", "5MiB", "--json")).Exits(0);

        await Proof.ArrivedAsync(place, path, ended.Line);
        var generations = await place.Notion.UploadsAsync();
        Assert.Equal(["expired", "uploaded"], generations.Select(u => u.GetProperty("status").GetString()));

        // Half of the parts of the first generation, the workers' share of the other half, and the second generation whole.
        Assert.InRange(ended.Line.GetProperty("bytes_sent").GetInt64(), Size, (long)(Size * 2 * 1.02));
    }

    [Fact]
    public async Task An_outage_is_waited_out_and_said()
    {
        await using var place = await Place.OpenAsync(new SimulatorOptions { Profile = "outage", RequestsPerMinute = 0 });
        var path = place.Write("film.txt", Size);
        var running = place.Start("upload", path, "--to", Place.Page, "--json");

        // It says what is waited for while nothing but 504 is answered; then the simulator's 90 s are over, and it ends by itself.
        await running.SaysAsync("Notion keeps failing (504)");
        Assert.False(running.IsOver);
        await place.Notion.AdvanceAsync("91s");

        var ended = (await running.EndAsync()).Exits(0);
        await Proof.ArrivedAsync(place, path, ended.Line);
        Assert.True((await place.Notion.AnswersAsync("send 504")) + (await place.Notion.AnswersAsync("retrieve 504")) >= 5);
    }
}
