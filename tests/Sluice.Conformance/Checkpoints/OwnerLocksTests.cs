using System.Runtime.Versioning;
using Sluice.Stores;
using Xunit;

namespace Sluice.Conformance.Checkpoints;

public sealed class OwnerLocksTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_living_are_not_dead_and_each_has_an_id_of_its_own()
    {
        using var a = OwnerLocks.Take(_folder);
        using var b = OwnerLocks.Take(_folder);

        Assert.NotEqual(a.Holder, b.Holder);
        Assert.False(a.IsKnownDead(b.Holder));
        Assert.False(b.IsKnownDead(a.Holder));
        Assert.False(a.IsKnownDead(a.Holder));
        Assert.False(a.IsKnownDead(b.Holder));
    }

    [Fact]
    public void One_who_left_is_dead()
    {
        using var a = OwnerLocks.Take(_folder);
        var b = OwnerLocks.Take(_folder);
        b.Dispose();

        Assert.True(a.IsKnownDead(b.Holder));
        Assert.True(a.IsKnownDead(b.Holder));
    }

    [Fact]
    public void A_file_without_a_lock_is_that_of_one_who_was_killed_and_is_removed()
    {
        var killed = Path.Combine(_folder, "owners", "1234-abcd");
        Directory.CreateDirectory(Path.GetDirectoryName(killed)!);
        File.WriteAllBytes(killed, []);

        using var a = OwnerLocks.Take(_folder);

        Assert.False(File.Exists(killed));
        Assert.True(a.IsKnownDead("1234-abcd"));
        Assert.Single(Directory.GetFiles(Path.Combine(_folder, "owners")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../sluice.db")]
    [InlineData("a/b")]
    [InlineData(".hidden")]
    [InlineData("a b")]
    public void A_holder_that_is_no_name_of_ours_is_never_looked_for(string holder)
    {
        using var a = OwnerLocks.Take(_folder);
        Assert.False(a.IsKnownDead(holder));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Only_their_owner_may_read_the_files()
    {
        using var a = OwnerLocks.Take(Path.Combine(_folder, "data"));

        var owners = Path.Combine(_folder, "data", "owners");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(owners));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(owners, a.Holder)));
    }
}
