using Microsoft.Extensions.Time.Testing;
using Sluice.AspNetCore.Security;
using Sluice.Checkpoints.InMemory;
using Xunit;

namespace Sluice.Tests.Security;

public sealed class KeyRingTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly StoreFaults _faults = new();
    private readonly InMemoryCheckpointStore _store;
    private int _asked;

    public KeyRingTests()
    {
        _faults.Failure = operation =>
        {
            _asked += operation == "keys.find" ? 1 : 0;
            return null;
        };
        _store = new InMemoryCheckpointStore(_time).Connect(_faults);
    }

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_store_is_asked_once_a_minute_and_a_revocation_is_seen_by_then()
    {
        var ring = new KeyRing([], _store.Keys, _time);
        var key = ApiKey.Create();
        await _store.Keys.AddAsync(key.ToRecord("alice", ["upload"], default), Test);
        for (var i = 0; i < 59; i++)
        {
            Assert.NotNull(await ring.FindAsync(key.Id, Test));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(1, _asked);
        await _store.Keys.RevokeAsync(key.Id, Test);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await ring.FindAsync(key.Id, Test));
    }

    [Fact]
    public async Task Unknown_ids_are_not_kept_so_that_a_new_key_works_at_once()
    {
        var ring = new KeyRing([], _store.Keys, _time);
        var key = ApiKey.Create();
        Assert.Null(await ring.FindAsync(key.Id, Test));
        await _store.Keys.AddAsync(key.ToRecord("alice", ["upload"], default), Test);
        Assert.NotNull(await ring.FindAsync(key.Id, Test));
    }

    [Fact]
    public async Task Keys_of_the_settings_need_no_store()
    {
        var key = ApiKey.Create();
        var ring = new KeyRing([SettingKey.Format(key.ToRecord("ci", ["admin"], default))], _store.Keys, _time);
        Assert.True(key.Fits((await ring.FindAsync(key.Id, Test))!));
        Assert.True(await ring.AnyAsync(Test));
        Assert.Equal(0, _asked);
    }

    [Fact]
    public async Task Whether_there_are_keys_at_all_is_believed_for_a_minute()
    {
        var ring = new KeyRing([], _store.Keys, _time);
        Assert.False(await ring.AnyAsync(Test));
        var key = ApiKey.Create();
        await _store.Keys.AddAsync(key.ToRecord("alice", ["upload"], default), Test);
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.True(await ring.AnyAsync(Test));

        // Taking the last one away closes the door.
        await _store.Keys.RevokeAsync(key.Id, Test);
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.True(await ring.AnyAsync(Test));
    }
}
