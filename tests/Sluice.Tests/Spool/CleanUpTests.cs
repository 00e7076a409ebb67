using Microsoft.Extensions.Time.Testing;
using Sluice.Spool;
using Sluice.Tests.Resilience;
using Xunit;

namespace Sluice.Tests.Spool;

public sealed class CleanUpTests
{
    [Fact]
    public async Task Files_without_an_owner_go_at_the_start_and_on_the_timer_and_open_ones_stay()
    {
        using var files = new SpoolFolderFixture();
        var time = new FakeTimeProvider();
        var folder = new SpoolPlace(files.State, null).Make();
        Orphan(folder, "before");
        using var open = SpoolFile.Create(SpoolDisk.Instance, Path.Combine(folder, SpoolPlace.NameOf("open")), Guid.Empty).File!;
        await using var client = await new SluiceClientBuilder().UseToken("ntn_test").UseTime(time).UseStateFolder(files.State).OpenAsync(TestContext.Current.CancellationToken);
        Assert.False(files.IsThere("before"));

        Orphan(folder, "later");
        time.Advance(TimeSpan.FromSeconds(29));
        await Task.Yield();
        Assert.True(files.IsThere("later"));

        // The loop may just be about to wait for its next turn.
        await time.PassUntil(() => !files.IsThere("later"), TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(1));
        Assert.True(files.IsThere("open"));
    }

    private static void Orphan(string folder, string id) => SpoolFile.Create(SpoolDisk.Instance, Path.Combine(folder, SpoolPlace.NameOf(id)), Guid.Empty).File!.Dispose();
}
