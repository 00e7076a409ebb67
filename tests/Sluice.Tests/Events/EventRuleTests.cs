using Sluice.Events;
using Xunit;

namespace Sluice.Tests.Events;

public sealed class EventRuleTests
{
    private static readonly TimeSpan Days = TimeSpan.FromDays(3);

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 15)]
    [InlineData(3, 45)]
    [InlineData(4, 135)]
    [InlineData(6, 1215)]
    [InlineData(7, 3600)]
    [InlineData(1000, 3600)]
    public void The_delay_grows_up_to_an_hour(int tries, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), EventRetryRule.Next(tries, TimeSpan.Zero, Days, null));

    [Theory]
    [InlineData(1, 2, 5)]
    [InlineData(1, 60, 60)]
    [InlineData(1, -60, 5)]
    [InlineData(1, 86_400, 3600)]
    public void What_the_receiver_asks_for_counts_where_it_is_longer(int tries, int asked, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), EventRetryRule.Next(tries, TimeSpan.Zero, Days, TimeSpan.FromSeconds(asked)));

    [Fact]
    public void An_old_event_is_given_up()
    {
        Assert.NotNull(EventRetryRule.Next(9, Days - TimeSpan.FromTicks(1), Days, null));
        Assert.Null(EventRetryRule.Next(9, Days, Days, null));
        Assert.Null(EventRetryRule.Next(1, Days * 2, Days, TimeSpan.FromHours(1)));
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData("", "", true)]
    [InlineData("https://example.org/hook?a=b", "0123456789abcdef01234567", true)]
    [InlineData("https://example.org/hook", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", true)]
    [InlineData("http://127.0.0.1:9/hook", "0123456789abcdef01234567", true)]
    [InlineData("http://localhost:9/", "0123456789abcdef01234567", true)]
    [InlineData("http://[::1]:9/", "0123456789abcdef01234567", true)]
    [InlineData("http://example.org/hook", "0123456789abcdef01234567", false)]
    [InlineData("http://127.0.0.1.example.org/", "0123456789abcdef01234567", false)]
    [InlineData("ftp://127.0.0.1/", "0123456789abcdef01234567", false)]
    [InlineData("/hook", "0123456789abcdef01234567", false)]
    [InlineData("https://user:word@example.org/", "0123456789abcdef01234567", false)]
    [InlineData("https://example.org/", null, false)]
    [InlineData("https://example.org/", "", false)]
    [InlineData("https://example.org/", "tooshort", false)]
    [InlineData("https://example.org/", "whsec_AAAA", false)]
    [InlineData("https://example.org/", "whsec_not base64 at all, whatever its length is", false)]
    public void A_webhook_is_encrypted_or_on_this_machine_and_signed(string? webhook, string? secret, bool right)
    {
        var problem = WebhookRule.Problem(webhook, secret);
        Assert.Equal(right, problem is null);
        Assert.DoesNotContain("0123456789abcdef", problem ?? "", StringComparison.Ordinal);
    }

    /// <summary>The example of the Standard Webhooks specification's libraries.</summary>
    [Fact]
    public void The_signature_is_that_of_the_published_example() => Assert.Equal(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        WebhookSignature.Of(WebhookSignature.Key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")!, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, """{"test": 2432232314}"""));
}
