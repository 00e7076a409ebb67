using Sluice.Checkpoints;
using Xunit;

namespace Sluice.Conformance.Checkpoints;

/// <summary>What every store of keys and links does.</summary>
public abstract class KeyStoreContract<TWorld> : IAsyncLifetime
    where TWorld : StoreWorld, new()
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TWorld _world = new();

    private ICheckpointStore _store = null!;
    private ICheckpointStore _other = null!;

    public async ValueTask InitializeAsync()
    {
        _store = await _world.OpenAsync();
        _other = await _world.OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _world.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Keys_are_found_listed_and_revoked_for_good()
    {
        await _store.Keys.AddAsync(Key("b"), None);
        await _store.Keys.AddAsync(Key("a"), None);

        var found = await _other.Keys.FindAsync("b", None);
        Assert.Equal(("b", new string('f', 64), "ann", false), (found!.Id, found.Sha256, found.Owner, found.Revoked));
        Assert.Equal(["upload", "read"], found.Scopes);
        Assert.Equal(Noon, found.Created);
        Assert.Equal(["a", "b"], (await _other.Keys.ListAsync(None)).Select(key => key.Id));
        Assert.Null(await _other.Keys.FindAsync("c", None));

        Assert.True(await _other.Keys.RevokeAsync("b", None));
        Assert.False(await _store.Keys.RevokeAsync("b", None));
        Assert.False(await _store.Keys.RevokeAsync("c", None));
        Assert.True((await _store.Keys.FindAsync("b", None))!.Revoked);
        Assert.Equal([false, true], (await _store.Keys.ListAsync(None)).Select(key => key.Revoked));
    }

    [Fact]
    public async Task A_key_is_added_once()
    {
        await _store.Keys.AddAsync(Key("a"), None);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await _other.Keys.AddAsync(Key("a"), None));
    }

    [Fact]
    public async Task A_link_is_used_as_often_as_it_says_by_all_processes_together()
    {
        var link = Link("a", uses: 5);
        await _store.Links.AddAsync(link, None);

        var used = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? _store : _other).Links.UseAsync("a", None).AsTask()));

        Assert.Equal(5, used.Count(given => given));
        Assert.Equal(link with { Uses = 5 }, await _other.Links.FindAsync("a", None));
        Assert.False(await _store.Links.UseAsync("b", None));
    }

    [Fact]
    public async Task A_link_without_a_count_is_used_for_ever_and_a_revoked_one_never_again()
    {
        await _store.Links.AddAsync(Link("a", uses: null), None);
        for (var i = 0; i < 10; i++)
        {
            Assert.True(await _store.Links.UseAsync("a", None));
        }

        Assert.True(await _other.Links.RevokeAsync("a", None));
        Assert.False(await _other.Links.RevokeAsync("a", None));
        Assert.False(await _store.Links.UseAsync("a", None));
        Assert.Equal((10, true), ((await _store.Links.FindAsync("a", None))!.Uses, (await _store.Links.FindAsync("a", None))!.Revoked));
    }

    [Fact]
    public async Task Links_are_listed_by_owner_and_added_once()
    {
        await _store.Links.AddAsync(Link("b", 1), None);
        await _store.Links.AddAsync(Link("a", 1), None);
        await _store.Links.AddAsync(Link("c", 1) with { Owner = "bob" }, None);

        Assert.Equal(["a", "b"], (await _other.Links.ListAsync("ann", None)).Select(link => link.Id));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await _other.Links.AddAsync(Link("a", 2), None));
    }

    private static KeyRecord Key(string id) => new(id, new string('f', 64), "ann", ["upload", "read"], Noon);

    private static LinkRecord Link(string id, int? uses) =>
        new(id, "ann", new(TargetKind.Database, "00000000-0000-4000-8000-000000000002"), 1L << 40, uses, Noon.AddDays(1), Noon);
}
