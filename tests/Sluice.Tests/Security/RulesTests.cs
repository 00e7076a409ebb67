using System.Net;
using CsCheck;
using Sluice.AspNetCore.Security;
using Sluice.Checkpoints;
using Xunit;

namespace Sluice.Tests.Security;

public sealed class RulesTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8080", false, false, true)]
    [InlineData("http://localhost:8080", false, false, true)]
    [InlineData("http://[::1]:8080", false, false, true)]
    [InlineData("http://0.0.0.0:8080", false, false, false)]
    [InlineData("http://*:8080", false, false, false)]
    [InlineData("http://+:8080", false, false, false)]
    [InlineData("http://[::]:8080", false, false, false)]
    [InlineData("http://192.0.2.7", false, false, false)]
    [InlineData("http://localhost.example", false, false, false)]
    [InlineData("http://0.0.0.0:8080", true, false, true)]
    [InlineData("http://0.0.0.0:8080", false, true, true)]
    public void Beyond_loopback_nothing_starts_without_keys_unless_told(string listen, bool keys, bool allow, bool starts)
    {
        var refusal = AnonymousRule.RefusalToStart(["http://127.0.0.1:1", listen], keys, allow);
        Assert.Equal(starts, refusal is null);
        if (refusal is not null)
        {
            Assert.Contains("sluice key create", refusal, StringComparison.Ordinal);
            Assert.Contains("--allow-anonymous", refusal, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(false, false, "127.0.0.1", "127.0.0.1", "localhost", false, 7)]
    [InlineData(false, false, "::1", "::1", "[::1]", false, 7)]
    [InlineData(true, false, "127.0.0.1", "127.0.0.1", "localhost", false, 0)]
    [InlineData(false, false, "127.0.0.1", "127.0.0.1", "localhost", true, 0)]
    [InlineData(false, false, "127.0.0.1", "127.0.0.1", "evil.example", false, 0)]
    [InlineData(false, false, "192.0.2.1", "192.0.2.9", "localhost", false, 0)]
    [InlineData(false, false, "127.0.0.1", "192.0.2.9", "localhost", false, 0)]
    [InlineData(false, true, "192.0.2.1", "192.0.2.9", "up.example", false, 1)]
    [InlineData(true, true, "192.0.2.1", "192.0.2.9", "up.example", true, 1)]
    public void Without_a_key_a_request_may(bool keys, bool allow, string local, string remote, string host, bool forwarded, int scopes) =>
        Assert.Equal((Scopes)scopes, AnonymousRule.Allowed(keys, allow, IPAddress.Parse(local), IPAddress.Parse(remote), host, forwarded));

    [Theory]
    [InlineData("GET", "https://evil.example", "cross-site", true)]
    [InlineData("POST", null, null, true)]
    [InlineData("POST", "http://up.example:8080", "same-origin", true)]
    [InlineData("POST", "HTTP://UP.example:8080", null, true)]
    [InlineData("POST", null, "none", true)]
    [InlineData("POST", "http://up.example:8081", null, false)]
    [InlineData("POST", "https://up.example:8080", null, false)]
    [InlineData("PATCH", "null", null, false)]
    [InlineData("DELETE", null, "same-site", false)]
    [InlineData("PUT", "http://up.example:8080", "cross-site", false)]
    public void Changes_come_from_our_own_pages(string method, string? origin, string? site, bool allowed) =>
        Assert.Equal(allowed, OriginRule.Allows(method, origin, site, "http", "up.example:8080"));

    [Fact]
    public void A_caller_sees_its_own_and_what_came_through_its_links()
    {
        var alice = new Caller("alice", Scopes.Upload, CallerKind.Key);
        Assert.True(alice.Sees("alice"));
        Assert.True(alice.Sees("alice#0123"));
        Assert.False(alice.Sees("alic"));
        Assert.False(alice.Sees("alice2"));
        Assert.False(alice.Sees("alice2#0123"));
        Assert.False(alice.Sees("bob"));
        var link = new Caller("alice#0123", Scopes.Upload, CallerKind.Link) { Link = new LinkRecord("0123", "alice", UploadTarget.None, null, null, default, default) };
        Assert.True(link.Sees("alice#0123"));
        Assert.False(link.Sees("alice"));
        Assert.False(link.Sees("alice#01234"));
        Assert.True(new Caller("root", Scopes.Admin, CallerKind.Key).Sees("bob"));
    }

    [Theory]
    [InlineData("alice", true)]
    [InlineData("a.b-c_d@example.com", true)]
    [InlineData("", false)]
    [InlineData("alice#1", false)]
    [InlineData("a b", false)]
    [InlineData("a\r\nb", false)]
    [InlineData("ä", false)]
    public void Owners_are_plain_names(string name, bool isOne) => Assert.Equal(isOne, Caller.IsOwnerName(name));

    [Fact]
    public void A_key_is_read_as_it_was_written_and_fits_its_record_alone()
    {
        var key = ApiKey.Create();
        var again = ApiKey.TryParse(key.ToString())!.Value;
        var record = key.ToRecord("alice", ["upload"], default);
        Assert.Equal(key, again);
        Assert.Equal(64, key.Secret.Length);
        Assert.DoesNotContain(key.Secret, record.ToString(), StringComparison.Ordinal);
        Assert.True(again.Fits(record));
        Assert.False(ApiKey.Create().Fits(record));
        Assert.False(again.Fits(record with { Revoked = true }));
        Assert.False(again.Fits(record with { Sha256 = "" }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sl_")]
    [InlineData("sl__")]
    [InlineData("sl_a_")]
    [InlineData("sl__a")]
    [InlineData("SL_a_b")]
    public void What_is_no_key_is_none(string text) => Assert.Null(ApiKey.TryParse(text));

    [Fact]
    public void A_settings_key_is_read_as_it_was_written()
    {
        var record = ApiKey.Create().ToRecord("ci", ["upload", "read"], default);
        Assert.True(SettingKey.TryParse(SettingKey.Format(record), out var read));
        Assert.Equal((record.Id, record.Sha256, record.Owner), (read.Id, read.Sha256, read.Owner));
        Assert.Equal(record.Scopes, read.Scopes);
        foreach (var wrong in new[] { "", "a:b:c:d", $"id:{record.Sha256}:ci:", $"id:{record.Sha256}:ci:root", $"id:{record.Sha256}:c#i:read", $"i d:{record.Sha256}:ci:read", $"id:{record.Sha256}:ci:read:more" })
        {
            Assert.False(SettingKey.TryParse(wrong, out _), wrong);
        }
    }

    /// <summary>No text but the one that was signed here is taken for a session or a link.</summary>
    [Fact]
    public void Signatures_hold_against_any_change_of_a_character()
    {
        var keys = new SigningKeys(new string('k', 32));
        var now = new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
        var link = LinkToken.Of(LinkToken.NewId(), keys);
        var session = SessionToken.Of("0123456789abcdef", now, keys);
        Assert.NotNull(LinkToken.TryRead(link, keys));
        Assert.Equal("0123456789abcdef", SessionToken.TryRead(session, now, keys));
        Assert.Null(SessionToken.TryRead(session, now + SessionToken.Lifetime, keys));
        Assert.Null(LinkToken.TryRead(link, new SigningKeys(null)));
        Assert.Null(SessionToken.TryRead(session, now, new SigningKeys(null)));
        Gen.Select(Gen.Int[0, 1000], Gen.Char['!', '~']).Sample((at, c) =>
        {
            Assert.Equal(Put(link, at, c) == link, LinkToken.TryRead(Put(link, at, c), keys) is not null);
            Assert.Equal(Put(session, at, c) == session, SessionToken.TryRead(Put(session, at, c), now, keys) is not null);
        }, iter: 3000, threads: 1);

        static string Put(string text, int at, char c)
        {
            var chars = text.ToCharArray();
            chars[at % chars.Length] = c;
            return new string(chars);
        }
    }

    [Theory]
    [InlineData(10, 2, 0, "00:00:00", null)]
    [InlineData(11, 2, 0, "00:00:00", "too_large")]
    [InlineData(10, 2, 2, "00:00:00", "forbidden")]
    [InlineData(10, 2, 1, "01:00:00", "forbidden")]
    [InlineData(10, 2, 1, "00:59:59", null)]
    public void A_link_says_no_early(long length, int most, int uses, string after, string? code)
    {
        var link = new LinkRecord("a", "alice", UploadTarget.None, 10, most, DateTimeOffset.UnixEpoch.AddHours(1), DateTimeOffset.UnixEpoch, uses);
        Assert.Equal(code, LinkRule.Problem(link, length, DateTimeOffset.UnixEpoch + TimeSpan.Parse(after, System.Globalization.CultureInfo.InvariantCulture))?.Code.Name);
    }
}
