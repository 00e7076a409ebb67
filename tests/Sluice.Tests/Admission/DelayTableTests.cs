using Sluice.AspNetCore;
using Sluice.AspNetCore.Admission;
using Xunit;

namespace Sluice.Tests.Admission;

public sealed class DelayTableTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.4, 0)]
    [InlineData(0.41, 500)]
    [InlineData(0.6, 500)]
    [InlineData(0.61, 1000)]
    [InlineData(0.8, 1000)]
    [InlineData(0.81, 2000)]
    [InlineData(1, 2000)]
    [InlineData(7, 2000)]
    public void A_value_above_a_mark_gets_its_delay(double value, int milliseconds)
    {
        Assert.True(DelayTable.TryParse("0.4=500ms,0.6=1s,0.8=2s", 1, out var table));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), table!.At(value));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" 0.4 = 500ms , 0.5=1s ")]
    [InlineData("0=1s")]
    [InlineData("1=20s")]
    public void What_can_be_read_is_read(string text) => Assert.True(DelayTable.TryParse(text, 1, out _));

    [Theory]
    [InlineData("0.4")]
    [InlineData("0.4=")]
    [InlineData("=1s")]
    [InlineData("0.4=5")]
    [InlineData("x=1s")]
    [InlineData("-0.1=1s")]
    [InlineData("0.6=1s,0.4=2s")]
    [InlineData("0.4=1s,0.4=2s")]
    [InlineData("1.1=1s")]
    [InlineData("0.4=21s")]
    public void What_makes_no_sense_is_refused_and_the_validator_says_so(string text)
    {
        Assert.False(DelayTable.TryParse(text, 1, out _));
        var options = new GatewayOptions();
        options.Admission.Delays = text;
        Assert.Contains($"Admission:Delays cannot be '{text}'", Assert.Single(GatewaySettings.Problems(options)), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_table_never_delays()
    {
        Assert.True(DelayTable.TryParse("", 1, out var table));
        Assert.Equal(TimeSpan.Zero, table!.At(1000));
    }
}
