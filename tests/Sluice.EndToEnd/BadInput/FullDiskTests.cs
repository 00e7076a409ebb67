using Sluice.EndToEnd.Running;
using Sluice.Simulator;

namespace Sluice.EndToEnd.BadInput;

/// <summary>A disk that is full, at the start and in mid-upload, for the records and for the spool: exit 1, and nothing lost.</summary>
public sealed class FullDiskTests
{
    [Fact]
    public async Task No_room_for_the_state_folder()
    {
        await using var place = await Place.OpenAsync();
        using var disk = SmallDisk.Mount(place.Data, 512);
        disk.Fill(leaveKibibytes: 0);
        place.Write("a.txt", 10);
        var ended = (await place.RunAsync("upload", "a.txt", "--json")).Exits(1).Says("no room left", "Free some space", "--data", "[disk_full]");
        Assert.Equal("disk_full", ended.Line.GetProperty("error").GetProperty("code").GetString());
        Assert.Empty(await place.Notion.UploadsAsync());
        disk.MakeRoom();
        (await place.RunAsync("upload", "a.txt")).Exits(0);
    }

    [Fact]
    public async Task No_room_for_the_records_in_mid_upload()
    {
        await using var place = await Place.OpenAsync(new SimulatorOptions { RequestsPerMinute = 0, Bandwidth = 8 << 20 });
        using var disk = SmallDisk.Mount(place.Data, 1024);
        var path = place.Write("a.txt", 64 << 20);
        var running = place.Start("upload", path, "--to", Place.Page, "--part-size", "5MiB", "--concurrency", "2", "--json");
        await Bounds.UntilAsync(async () => await place.Notion.AnswersAsync("send 200") > 4, () => running.Error);
        disk.Fill(leaveKibibytes: 0);

        (await running.EndAsync()).Exits(1).Says("no room left", "[disk_full]");

        disk.MakeRoom();
        var line = (await place.RunAsync("upload", path, "--to", Place.Page, "--json")).Exits(0).Line;
        await Proof.ArrivedAsync(place, path, line);
        Assert.True(line.GetProperty("resumed_from").GetInt64() > 0);
    }

    [Fact]
    public async Task No_room_for_standard_input_in_the_spool()
    {
        await using var place = await Place.OpenAsync();
        using var disk = SmallDisk.Mount(Path.Combine(place.Root, "spool"), 4096);
        var running = place.Start("upload", "-", "--name", "a.txt", "--json", "--set", $"Spool:Directory={disk.Path}", "--set", "Spool:MaxBytes=64MiB");
        try
        {
            await running.Input.WriteAsync(new byte[8 << 20], TestContext.Current.CancellationToken);
            running.Input.Close();
        }
        catch (IOException)
        {
            // It may stop reading once its disk is full.
        }

        var ended = (await running.EndAsync()).Exits(1).Says(disk.Path, "Free some space", "Spool:Directory", "[disk_full]");
        Assert.Equal("disk_full", ended.Line.GetProperty("error").GetProperty("code").GetString());
        Assert.Empty(Directory.GetFiles(disk.Path, "*", SearchOption.AllDirectories));
        Assert.Empty(await place.Notion.UploadsAsync());
    }
}
