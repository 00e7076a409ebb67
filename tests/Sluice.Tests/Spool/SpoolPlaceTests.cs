using Sluice.Spool;
using Xunit;

namespace Sluice.Tests.Spool;

public sealed class SpoolPlaceTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("sluice-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Names_come_from_upload_ids_and_nothing_else_passes()
    {
        Assert.Equal("0a1b-2.spool", SpoolPlace.NameOf("0a1b-2"));
        Assert.Equal("0a1b-2", SpoolPlace.IdOf("/x/0a1b-2.spool").ToString());
        Assert.True(SpoolPlace.IdOf("/x/0a1b").IsEmpty);
        Assert.True(SpoolPlace.IdOf("/x/.spool").IsEmpty);
        Assert.True(SpoolPlace.IdOf("/x/a b.spool").IsEmpty);
        foreach (var name in new[] { "", "..", "../x", "a/b", "a.b", "a b", new string('a', 65), "ü" })
        {
            Assert.Throws<ArgumentException>(() => SpoolPlace.NameOf(name));
        }
    }

    [Fact]
    public void Nothing_is_made_by_looking_and_what_is_made_is_private()
    {
        var place = new SpoolPlace(Path.Combine(_root, "state"), null);
        Assert.Null(place.Find());
        Assert.Empty(Directory.GetFileSystemEntries(_root));
        var folder = place.Make();
        Assert.Equal(folder, place.Find());
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(folder) == (UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
    }

    [Fact]
    public void Two_state_folders_under_one_directory_do_not_see_each_others_files()
    {
        var shared = Path.Combine(_root, "shared");
        var one = new SpoolPlace(Path.Combine(_root, "one"), shared);
        var two = new SpoolPlace(Path.Combine(_root, "two"), shared);
        Assert.Null(one.Find());
        Assert.NotEqual(one.Make(), two.Make());
        Assert.Equal(one.Make(), new SpoolPlace(Path.Combine(_root, "one"), shared).Find());
    }

    [Fact]
    public async Task Two_processes_that_begin_at_once_agree_on_the_folder()
    {
        var folders = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => new SpoolPlace(Path.Combine(_root, "one"), Path.Combine(_root, "shared")).Make(), TestContext.Current.CancellationToken)));
        Assert.Single(folders.Distinct());
    }

    [Fact]
    public void An_uploads_file_is_removed_but_not_one_that_is_open_and_none_is_no_error()
    {
        var place = new SpoolPlace(Path.Combine(_root, "state"), null);
        place.Remove("u1");
        var path = Path.Combine(place.Make(), SpoolPlace.NameOf("u1"));
        var file = SpoolFile.Create(SpoolDisk.Instance, path, Guid.Empty).File!;
        place.Remove("u1");
        Assert.True(File.Exists(path));
        file.Dispose();
        place.Remove("u1");
        Assert.False(File.Exists(path));
    }
}
