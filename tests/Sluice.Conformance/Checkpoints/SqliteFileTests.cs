using System.Runtime.Versioning;
using Microsoft.Data.Sqlite;
using Sluice.Checkpoints;
using Sluice.Errors;
using Sluice.Stores.Sqlite;
using Xunit;

namespace Sluice.Conformance.Checkpoints;

/// <summary>The database file: what is refused, what is lost and what is not, who may read it.</summary>
public sealed class SqliteFileTests : IAsyncDisposable
{
    private readonly SqliteWorld _world = new();

    private static CancellationToken None => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_by_name_and_left_alone()
    {
        var text = string.Join('\n', Enumerable.Repeat("this is my shopping list", 100));
        await File.WriteAllTextAsync(_world.File, text, None);

        var error = await RefusalAsync();

        Assert.Equal(ErrorCodes.StateCorrupt, error.Code);
        Assert.Contains(_world.File, error.Message, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(_world.File, None));
    }

    [Fact]
    public async Task A_database_of_something_else_is_refused_and_left_alone()
    {
        Sql("CREATE TABLE shopping (item TEXT)");
        var before = await File.ReadAllBytesAsync(_world.File, None);

        var error = await RefusalAsync();

        Assert.Equal(ErrorCodes.StateCorrupt, error.Code);
        Assert.Contains(_world.File, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(_world.File, None));
    }

    [Fact]
    public async Task A_newer_schema_is_refused_and_says_what_to_do()
    {
        await FillAsync(1);
        Sql($"PRAGMA user_version = {SqliteConstants.SchemaVersion + 1}");

        var error = await RefusalAsync();

        Assert.Equal(ErrorCodes.StateNewer, error.Code);
        Assert.Contains(_world.File, error.Message, StringComparison.Ordinal);
        Assert.Contains("--data", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_pages_are_found_out_and_named()
    {
        await FillAsync(200);
        using (var file = File.Open(_world.File, FileMode.Open))
        {
            file.Position = 4096;
            file.Write(Enumerable.Repeat((byte)0xA5, (int)file.Length - 4096).ToArray());
        }

        var error = (await Assert.ThrowsAsync<SluiceException>(async () =>
        {
            await using var store = await SqliteCheckpointStore.OpenAsync(_world.File, _world.Time);
            await store.Uploads.ListAsync(new(), None);
        })).Error;

        Assert.Equal(ErrorCodes.StateCorrupt, error.Code);
        Assert.Contains(_world.File, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_the_user_s_to_correct()
    {
        await File.WriteAllTextAsync(Path.Combine(_world.Folder, "file"), "", None);
        var below = Path.Combine(_world.Folder, "file", "sluice.db");

        var error = (await Assert.ThrowsAsync<SluiceException>(() => SqliteCheckpointStore.OpenAsync(below, _world.Time))).Error;

        Assert.Equal((ErrorCodes.BadRequest, 2), (error.Code, error.Code.ExitCode));
        Assert.Contains(below, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_fails_the_write_and_loses_nothing_that_was_answered()
    {
        await using var store = await SqliteCheckpointStore.OpenAsync(new SqliteStoreOptions(_world.File, _world.Time, null, MaxPages: 60), liveness: null);
        var (record, lease) = await Sample.BeginAsync(store);
        var answered = 0;
        var error = (await Assert.ThrowsAsync<SluiceException>(async () =>
        {
            for (var number = 1; ; number++)
            {
                await store.Uploads.AddPartsAsync(record.Id, lease, 1, [Sample.Row(number)], None);
                answered = number;
            }
        })).Error;

        Assert.Equal(ErrorCodes.DiskFull, error.Code);
        Assert.Contains(_world.File, error.Message, StringComparison.Ordinal);
        Assert.True(answered > 10);
        Assert.Equal(Enumerable.Range(1, answered), (await store.Uploads.PartsAsync(record.Id, 1, None)).Select(row => row.Number));

        // Room is made, and writing goes on.
        Assert.True(await store.Uploads.DeleteAsync(record.Id, None));
        await store.Uploads.CreateAsync(Sample.Record(2), None);
    }

    [Fact]
    public async Task A_record_that_is_damaged_is_refused_by_itself()
    {
        await FillAsync(3);
        Sql($"UPDATE uploads SET record = '{{\"id\":' WHERE id = '{Sample.Id(2)}'");
        var store = await _world.OpenSqliteAsync();

        var error = (await Assert.ThrowsAsync<SluiceException>(async () => await store.Uploads.FindAsync(Sample.Id(2), None))).Error;
        Assert.Equal(ErrorCodes.StateCorrupt, error.Code);
        Assert.Contains(Sample.Id(2), error.Message, StringComparison.Ordinal);

        var page = await store.Uploads.ListAsync(new(), None);
        Assert.Equal([Sample.Id(3), Sample.Id(1)], page.Records.Select(record => record.Id));
        Assert.Equal([Sample.Id(2)], page.Unreadable.Select(unreadable => unreadable.Id));
        Assert.True(await store.Uploads.DeleteAsync(Sample.Id(2), None));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"version":1,"id":"00000000000000000000000000000001"}""")]
    public async Task A_document_that_is_no_record_is_damage(string document)
    {
        await FillAsync(1);
        Sql($"UPDATE uploads SET record = '{document}'");
        var store = await _world.OpenSqliteAsync();

        Assert.Equal(ErrorCodes.StateCorrupt, (await Assert.ThrowsAsync<SluiceException>(async () => await store.Uploads.FindAsync(Sample.Id(1), None))).Error.Code);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Only_its_owner_may_read_the_state()
    {
        var folder = Path.Combine(_world.Folder, "data");
        await using var store = await SqliteCheckpointStore.OpenAsync(Path.Combine(folder, "sluice.db"), _world.Time);
        await store.Uploads.CreateAsync(Sample.Record(1), None);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        var files = Directory.GetFiles(folder);
        Assert.Equal(["sluice.db", "sluice.db-shm", "sluice.db-wal"], files.Select(Path.GetFileName).Order());
        Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    [Fact]
    public async Task A_closed_store_leaves_one_file()
    {
        await FillAsync(5);
        Assert.Equal(["sluice.db"], Directory.GetFiles(_world.Folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Many_processes_may_make_one_new_file_at_once()
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(_world.OpenSqliteAsync)));
        await Task.WhenAll(stores.Select((store, i) => store.Uploads.CreateAsync(Sample.Record(i), None).AsTask()));

        Assert.Equal(8, (await stores[0].Uploads.ListAsync(new(), None)).Records.Count);
    }

    [Fact]
    public async Task A_record_that_the_first_version_wrote_is_read()
    {
        await FillAsync(1);
        var document = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Checkpoints", "record-v1.json"), None);
        Sql($"UPDATE uploads SET record = '{document.Replace("'", "''", StringComparison.Ordinal)}'");
        var store = await _world.OpenSqliteAsync();

        Assert.Equal(Sample.Finished(Sample.Record(1, sourceKey: "key")), await store.Uploads.FindAsync(Sample.Id(1), None));
    }

    private async Task FillAsync(int records)
    {
        await using var store = await SqliteCheckpointStore.OpenAsync(_world.File, _world.Time);
        for (var i = 1; i <= records; i++)
        {
            await store.Uploads.CreateAsync(Sample.Record(i), None);
        }
    }

    private async Task<SluiceError> RefusalAsync() =>
        (await Assert.ThrowsAsync<SluiceException>(() => SqliteCheckpointStore.OpenAsync(_world.File, _world.Time))).Error;

    private void Sql(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_world.File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // a test's own texts
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
