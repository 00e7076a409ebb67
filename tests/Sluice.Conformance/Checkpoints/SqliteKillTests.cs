using System.Diagnostics;
using Sluice.Checkpoints;
using Sluice.Stores;
using Sluice.Stores.Sqlite;
using Xunit;

namespace Sluice.Conformance.Checkpoints;

/// <summary>A process that is killed between any two rows loses none that was answered, and the next one takes over at once.</summary>
public sealed class SqliteKillTests : IDisposable
{
    private static CancellationToken None => TestContext.Current.CancellationToken;

    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_answered_row_is_there_after_a_kill_and_the_lease_is_free_at_once()
    {
        var known = 0;
        foreach (var rows in new[] { 1, 7, 100 })
        {
            var answered = await RunAndKillAsync(known + rows);

            using var owner = OwnerLocks.Take(_folder);
            await using var store = await SqliteCheckpointStore.OpenAsync(Path.Combine(_folder, SqliteCheckpointStore.FileName), TimeProvider.System, owner);
            var numbers = (await store.Uploads.PartsAsync(Sample.Id(1), 1, None)).Select(row => row.Number).ToList();
            Assert.Equal(Enumerable.Range(1, numbers.Count), numbers);
            Assert.InRange(numbers.Count, answered, answered + 1);
            known = numbers.Count;

            var attempt = await store.Leases.AcquireAsync(LeaseKeys.Upload(Sample.Id(1)), owner.Holder, Sample.LeaseTime, null, None);
            Assert.NotNull(attempt.Lease);
            await store.Leases.ReleaseAsync(attempt.Lease, None);
        }
    }

    /// <summary>Lets a child write up to a row and kills it; gives the last row it said was answered.</summary>
    private async Task<int> RunAndKillAsync(int until)
    {
        using var child = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Sluice.Conformance"))
        {
            UseShellExecute = false,
            ArgumentList = { StoreChild.Verb, _folder },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = child.StandardError.ReadToEndAsync(None);
        var last = 0;
        try
        {
            while (last < until && await child.StandardOutput.ReadLineAsync(None) is { } line)
            {
                last = Number(line);
            }
        }
        finally
        {
            child.Kill();
        }

        // What the child said before the kill reached it counts too. A line that was cut off was not said.
        var rest = await child.StandardOutput.ReadToEndAsync(None);
        var whole = rest[..(rest.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await child.WaitForExitAsync(None);
        Assert.True(last >= until, await errors);
        return whole.Length == 0 ? last : Number(whole[^1]);
    }

    private static int Number(string line)
    {
        var words = line.Split(' ');
        Assert.Equal(nameof(StoreOutcome.Written), words[1]);
        return int.Parse(words[0], System.Globalization.CultureInfo.InvariantCulture);
    }
}
