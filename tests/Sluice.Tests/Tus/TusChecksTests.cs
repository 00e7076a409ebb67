using System.Globalization;
using CsCheck;
using Microsoft.AspNetCore.Http;
using Sluice.AspNetCore.Tus;
using Xunit;

namespace Sluice.Tests.Tus;

public sealed class TusChecksTests
{
    [Theory]
    [InlineData("1.0.0", null)]
    [InlineData("1.0.1", 412)]
    [InlineData(" 1.0.0", 412)]
    [InlineData("", 412)]
    public void Version(string value, int? status) => Assert.Equal(status, TusChecks.Version(Headers(("Tus-Resumable", value)))?.Status);

    [Theory]
    [InlineData("application/offset+octet-stream", null)]
    [InlineData("Application/Offset+Octet-Stream", null)]
    [InlineData("application/octet-stream", 415)]
    [InlineData("application/offset+octet-stream, text/plain", 415)]
    [InlineData("", 415)]
    public void ContentType(string value, int? status) => Assert.Equal(status, TusChecks.ContentType(Headers(("Content-Type", value)))?.Status);

    [Fact]
    public void A_header_that_comes_twice_is_neither_of_them()
    {
        var headers = new HeaderDictionary { ["Upload-Offset"] = new(["1", "1"]), ["Tus-Resumable"] = new(["1.0.0", "1.0.0"]) };
        Assert.Equal(400, TusChecks.Number(headers, "Upload-Offset", out _)?.Status);
        Assert.Equal(412, TusChecks.Version(headers)?.Status);
    }

    [Theory]
    [InlineData(10, 0, null)]
    [InlineData(10, 10, null)]
    [InlineData(10, 11, 413)]
    [InlineData(0, 20, null)]
    [InlineData(0, 21, 413)]
    [InlineData(20, long.MaxValue, 413)]
    public void Fits(long offset, long count, int? status) => Assert.Equal(status, TusChecks.Fits(offset, count, 20)?.Status);

    [Fact]
    public void Fits_lets_a_body_of_unknown_length_in() => Assert.Null(TusChecks.Fits(5, null, 20));

    [Theory]
    [InlineData("20", null)]
    [InlineData("21", 400)]
    [InlineData("-20", 400)]
    public void SameLength(string value, int? status) => Assert.Equal(status, TusChecks.SameLength(Headers(("Upload-Length", value)), 20)?.Status);

    [Theory]
    [InlineData("POST", "patch", "PATCH")]
    [InlineData("POST", "", "POST")]
    [InlineData("GET", "HEAD", "HEAD")]
    public void Method(string method, string header, string effective) => Assert.Equal(effective, TusChecks.Method(method, header));

    /// <summary>Numbers are read where they are plain digits within a long, and nothing else is a number.</summary>
    [Fact]
    public void Thousands_of_numbers() =>
        Gen.OneOf(Gen.Long[0, long.MaxValue].Select(n => n.ToString(CultureInfo.InvariantCulture)), Gen.String[Gen.Char["0123456789-+.eE ,_٣"], 0, 22]).Sample(text =>
        {
            var plain = text.Length is > 0 and <= 19 && text.All(char.IsAsciiDigit) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);
            var refusal = TusChecks.Number(Headers(("Upload-Offset", text)), "Upload-Offset", out var value);
            Assert.Equal(plain, refusal is null);
            Assert.Equal(plain ? long.Parse(text, CultureInfo.InvariantCulture) : value, value);
            Assert.True(value >= 0);
        }, iter: 3000, threads: 1);

    [Theory]
    [InlineData("auto", null, false)]
    [InlineData("auto", "tus-js-client/4.3 JavaScript", false)]
    [InlineData("auto", "Dart/3.1 (dart:io)", true)]
    [InlineData("auto", "OKHTTP/4", true)]
    [InlineData("auto", "python-requests/2", false)]
    [InlineData("503", null, true)]
    [InlineData("204", "Java/8", false)]
    public void Unfinished(string setting, string? agent, bool is503) => Assert.Equal(is503, UnfinishedAnswer.Is503(setting, agent));

    private static HeaderDictionary Headers(params (string Name, string Value)[] pairs)
    {
        var headers = new HeaderDictionary();
        foreach (var (name, value) in pairs)
        {
            headers[name] = value;
        }

        return headers;
    }
}
