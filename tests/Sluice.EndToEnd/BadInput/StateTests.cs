using Microsoft.Data.Sqlite;
using Sluice.EndToEnd.Running;

namespace Sluice.EndToEnd.BadInput;

/// <summary>A state folder that cannot be used, and state that cannot be read: exit 2, and nothing of it is touched.</summary>
public sealed class StateTests
{
    [Theory]
    [InlineData("list")]
    [InlineData("upload a.txt --json")]
    [InlineData("resume --all")]
    [InlineData("doctor")]
    public async Task A_corrupt_state_file(string command)
    {
        await using var place = await Place.OpenAsync();
        place.Write("a.txt", 10);
        var file = Path.Combine(place.Data, "sluice.db");
        Directory.CreateDirectory(place.Data);
        var garbage = new byte[20_000];
        new Random(1).NextBytes(garbage);
        await File.WriteAllBytesAsync(file, garbage, TestContext.Current.CancellationToken);

        var ended = (await place.RunAsync(command.Split(' '))).Exits(2).Says(file, "damaged or not a database", "Move it away", "--data", "[state_corrupt]");

        Assert.Equal(garbage, await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
        if (command.Contains("--json", StringComparison.Ordinal))
        {
            Assert.Equal("state_corrupt", ended.Line.GetProperty("error").GetProperty("code").GetString());
        }
    }

    [Fact]
    public async Task A_state_file_of_a_newer_version()
    {
        await using var place = await Place.OpenAsync();
        place.Write("a.txt", 10);
        (await place.RunAsync("upload", "a.txt")).Exits(0);
        Change(place, "PRAGMA user_version = 9999");
        (await place.RunAsync("upload", "a.txt")).Exits(2).Says("newer Sluice", "9999", "[state_newer]");
        (await place.RunAsync("list")).Exits(2).Says("[state_newer]");
        Change(place, "PRAGMA user_version = 1");
        Assert.Single((await place.RunAsync("list", "--json")).Exits(0).Lines);
    }

    [Fact]
    public async Task A_database_of_somebody_else()
    {
        await using var place = await Place.OpenAsync();
        Directory.CreateDirectory(place.Data);
        Change(place, "CREATE TABLE things (a INTEGER)");
        (await place.RunAsync("list")).Exits(2).Says("not a state file of Sluice", "[state_corrupt]");
    }

    [Fact]
    public async Task A_state_folder_that_is_a_file()
    {
        await using var place = await Place.OpenAsync();
        place.Write("a.txt", 10);
        (await place.RunAsync("upload", "a.txt", "--data", "a.txt")).Exits(2).Says("The state folder", "a.txt' cannot be used", "--data or SLUICE_DATA", "[bad_request]");
        (await place.RunAsync("upload", "a.txt", "--data", "/proc/nowhere")).Exits(2).Says("cannot be used", "[bad_request]");
    }

    private static void Change(Place place, string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(place.Data, "sluice.db"), Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are this file's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
