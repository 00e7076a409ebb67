using Sluice.Errors;
using Sluice.Notion;
using Xunit;

namespace Sluice.Tests.Notion;

public sealed class NotionTokenTests
{
    [Fact]
    public void A_token_has_no_readable_form()
    {
        var token = NotionToken.Parse("  ntn_abcdef \n");
        Assert.DoesNotContain("abcdef", token.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("abcdef", $"{token}", StringComparison.Ordinal);
        Assert.Equal("a [token] b", token.Redact("a NTN_ABCDEF b"));
        using var request = new HttpRequestMessage();
        token.Authorize(request);
        Assert.Equal("Bearer ntn_abcdef", request.Headers.Authorization?.ToString());
    }

    [Theory]
    [InlineData(null, "token_missing")]
    [InlineData(" ", "token_missing")]
    [InlineData("ntn_a b", "token_refused")]
    [InlineData("ntn_a\r\nX: y", "token_refused")]
    [InlineData("ntn_ä", "token_refused")]
    public void What_cannot_be_a_token_is_refused_without_being_repeated(string? text, string code)
    {
        var thrown = Assert.Throws<SluiceException>(() => NotionToken.Parse(text));
        Assert.Equal(code, thrown.Error.Code.Name);
        Assert.DoesNotContain("ntn_a", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_is_its_address_and_its_bot()
    {
        var address = NotionAddress.Parse("HTTPS://API.Notion.com:443/");
        Assert.Equal("https://api.notion.com/v1/users/me", NotionAddress.At(address, "/v1/users/me").AbsoluteUri);
        var id = NotionAddress.ConnectionId(address, "0f2bc3d1-aaaa-4bbb-8ccc-1234567890ab");
        Assert.Matches("^[0-9a-f]{32}$", id);
        Assert.Equal(id, NotionAddress.ConnectionId(NotionAddress.Parse("https://api.notion.com"), "0F2BC3D1AAAA4BBB8CCC1234567890AB"));
        Assert.NotEqual(id, NotionAddress.ConnectionId(NotionAddress.Parse("http://api.notion.com"), "0f2bc3d1-aaaa-4bbb-8ccc-1234567890ab"));
        Assert.NotEqual(id, NotionAddress.ConnectionId(address, "1f2bc3d1-aaaa-4bbb-8ccc-1234567890ab"));
        Assert.Equal("http://gw.test:90/notion/v1/x", NotionAddress.At(NotionAddress.Parse("http://gw.test:90/notion/"), "/v1/x").AbsoluteUri);
    }

    [Theory]
    [InlineData("api.notion.com")]
    [InlineData("ftp://api.notion.com")]
    [InlineData("https://user:pw@api.notion.com")]
    [InlineData("https://api.notion.com?x=1")]
    public void An_address_that_is_none_is_refused(string url) =>
        Assert.Same(ErrorCodes.BadRequest, Assert.Throws<SluiceException>(() => NotionAddress.Parse(url)).Error.Code);
}
