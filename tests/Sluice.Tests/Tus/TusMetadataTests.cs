using System.Text;
using CsCheck;
using Sluice.AspNetCore.Tus;
using Xunit;

namespace Sluice.Tests.Tus;

public sealed class TusMetadataTests
{
    [Fact]
    public void Pairs_are_read_and_the_text_is_kept_as_it_came()
    {
        const string text = "filename YS56aXA=,empty, spaced ,x w6Q=,bytes /w==";
        Assert.True(TusMetadata.TryParse(text, out var metadata, out _));
        Assert.Equal(text, metadata.Text);
        Assert.Equal(("a.zip", "", "", "ä"), (metadata.Pairs["filename"], metadata.Pairs["empty"], metadata.Pairs["spaced"], metadata.Pairs["x"]));
        Assert.False(metadata.Pairs.ContainsKey("bytes"));
        Assert.Equal("a.zip", metadata.Value("name", "filename"));
        Assert.Null(metadata.Value("empty"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("a YQ==,")]
    [InlineData("a YQ==,a Yg==")]
    [InlineData("a YQ")]
    [InlineData("a YQ===")]
    [InlineData("a Y Q==")]
    [InlineData("a  YQ==")]
    [InlineData("a =YQ=")]
    [InlineData("a YQ=\t")]
    [InlineData("a\tb YQ==")]
    [InlineData("ä YQ==")]
    [InlineData("a\u007F YQ==")]
    public void What_is_not_exactly_that_is_refused_with_a_reason(string text)
    {
        Assert.False(TusMetadata.TryParse(text, out _, out var problem));
        Assert.NotEmpty(problem);
    }

    [Fact]
    public void Length_count_and_keys_are_bounded()
    {
        Assert.False(TusMetadata.TryParse("a " + new string('A', TusMetadata.MaxBytes), out _, out _));
        Assert.True(TusMetadata.TryParse(string.Join(',', Enumerable.Range(0, TusMetadata.MaxPairs).Select(i => $"k{i}")), out _, out _));
        Assert.False(TusMetadata.TryParse(string.Join(',', Enumerable.Range(0, TusMetadata.MaxPairs + 1).Select(i => $"k{i}")), out _, out _));
        Assert.True(TusMetadata.TryParse(new string('k', TusMetadata.MaxKey), out _, out _));
        Assert.False(TusMetadata.TryParse(new string('k', TusMetadata.MaxKey + 1), out _, out _));
    }

    /// <summary>Whatever pairs a proper client writes are read back; whatever else comes is read or refused, and never an exception.</summary>
    [Fact]
    public void Thousands_of_pairs_are_read_back() =>
        Gen.Select(Gen.Char['!', '~'].Where(c => c != ',').Array[1, 20].Select(c => new string(c)), Gen.String[Gen.Char["aä漢\r\n\0\u202E/,= "], 0, 60]).Array[1, 12]
            .Where(pairs => pairs.Select(pair => pair.Item1).Distinct().Count() == pairs.Length)
            .Sample(pairs =>
            {
                var text = string.Join(',', pairs.Select(pair => pair.Item2.Length == 0 ? pair.Item1 : $"{pair.Item1} {Convert.ToBase64String(Encoding.UTF8.GetBytes(pair.Item2))}"));
                Assert.True(TusMetadata.TryParse(text, out var metadata, out var problem), problem);
                Assert.All(pairs, pair => Assert.Equal(pair.Item2, metadata.Pairs[pair.Item1]));
                Assert.Equal(text, metadata.Text);
            }, iter: Iterations, threads: 1);

    [Fact]
    public void Thousands_of_rubbish_headers_are_read_or_refused() =>
        Gen.OneOf(
                Gen.String[Gen.Char["abzAZ09+/=, \t\r\n\0\u007Fä"], 0, 80],
                Gen.String[Gen.Char['\u0000', '\uFFFF'], 0, 80])
            .Sample(text =>
            {
                if (!TusMetadata.TryParse(text, out var metadata, out var problem))
                {
                    Assert.NotEmpty(problem);
                    return;
                }

                // What is taken can be sent back as a header: printable ASCII and blanks.
                Assert.All(metadata.Text!, c => Assert.InRange(c, ' ', '~'));
            }, iter: Iterations, threads: 1);

    private static long Iterations => Environment.GetEnvironmentVariable("SLUICE_FULL") is null ? 3000 : 1_000_000;
}
