using System.Text;
using CsCheck;
using Sluice.Notion;
using Xunit;

namespace Sluice.Tests.Notion;

public sealed class MultipartFormTests
{
    private const string Boundary = "sluice-00112233445566778899aabbccddeeff";

    [Fact]
    public void A_numbered_part_is_laid_out_to_the_byte()
    {
        Assert.Equal(
            "--sluice-00112233445566778899aabbccddeeff\r\n"
            + "Content-Disposition: form-data; name=\"file\"; filename=\"film.mp4\"\r\n"
            + "Content-Type: video/mp4\r\n"
            + "\r\n",
            Encoding.ASCII.GetString(MultipartForm.Head(Boundary, "film.mp4", "video/mp4")));
        Assert.Equal(
            "\r\n--sluice-00112233445566778899aabbccddeeff\r\n"
            + "Content-Disposition: form-data; name=\"part_number\"\r\n"
            + "\r\n"
            + "227\r\n"
            + "--sluice-00112233445566778899aabbccddeeff--\r\n",
            Encoding.ASCII.GetString(MultipartForm.Tail(Boundary, 227)));
    }

    [Fact]
    public void A_single_part_without_a_type_has_no_type_line_and_no_number()
    {
        Assert.Equal(
            "--sluice-00112233445566778899aabbccddeeff\r\nContent-Disposition: form-data; name=\"file\"; filename=\"file\"\r\n\r\n",
            Encoding.ASCII.GetString(MultipartForm.Head(Boundary, null, null)));
        Assert.Equal("\r\n--sluice-00112233445566778899aabbccddeeff--\r\n", Encoding.ASCII.GetString(MultipartForm.Tail(Boundary, null)));
    }

    [Fact]
    public void The_boundary_is_bare_and_new_each_time()
    {
        var boundary = MultipartForm.NewBoundary();
        Assert.Matches("^sluice-[0-9a-f]{32}$", boundary);
        Assert.NotEqual(boundary, MultipartForm.NewBoundary());
        Assert.Equal("multipart/form-data; boundary=" + boundary, MultipartForm.ContentType(boundary));
    }

    [Theory]
    [InlineData("übersicht \"final\".pdf", "_bersicht__final_.pdf")]
    [InlineData("a\r\nContent-Type: text/html\r\n\r\n.txt", "a__Content-Type__text_html____.txt")]
    [InlineData("...", "file")]
    [InlineData("", "file")]
    [InlineData("日本.mp4", "__.mp4")]
    public void The_form_name_is_plain_ASCII_with_the_extension(string name, string expected) => Assert.Equal(expected, MultipartForm.FormName(name));

    [Theory]
    [InlineData("text/plain\r\nX-Evil: 1")]
    [InlineData("text/plain\0")]
    [InlineData("not a type")]
    [InlineData("text/plä")]
    [InlineData(" ")]
    [InlineData(null)]
    public void A_content_type_that_could_break_the_header_is_left_out(string? type) => Assert.Null(MultipartForm.SafeContentType(type));

    [Fact]
    public void No_name_type_or_body_can_add_a_header_or_a_part() =>
        Gen.Select(Text, Text, Gen.Byte.Array[0, 300], Gen.Int[1, 1000].Nullable()).Sample(
            (name, type, body, part) =>
            {
                byte[] message = [.. MultipartForm.Head(Boundary, name, "text/" + type), .. body, .. MultipartForm.Tail(Boundary, part)];
                Assert.True(message.AsSpan().StartsWith(Encoding.ASCII.GetBytes("--" + Boundary + "\r\n")));
                Assert.Equal(part is null ? 1 : 2, Count(message, Encoding.ASCII.GetBytes("\r\n--" + Boundary)));

                var headEnd = message.AsSpan().IndexOf("\r\n\r\n"u8);
                var lines = Encoding.Latin1.GetString(message, 0, headEnd).Split("\r\n");
                Assert.InRange(lines.Length, 2, 3);
                Assert.Matches("^Content-Disposition: form-data; name=\"file\"; filename=\"[A-Za-z0-9._-]+\"$", lines[1]);
                Assert.All(lines[2..], line => Assert.Matches("^Content-Type: text/[ -~]*$", line));

                var stored = message.AsSpan(headEnd + 4);
                Assert.Equal(body, stored[..stored.IndexOf(Encoding.ASCII.GetBytes("\r\n--" + Boundary))].ToArray());
            },
            iter: 5_000);

    /// <summary>Texts that like to break headers: line ends, quotes, boundaries, other scripts, broken surrogates.</summary>
    private static Gen<string> Text { get; } = Gen.OneOf(
        Gen.String,
        Gen.Int[0, Nasty.Length - 1].Select(i => Nasty[i]).Array[0, 8].Select(string.Concat));

    private static string[] Nasty => ["\r\n", "\"", "\\", "\r\n--" + Boundary + "--", "; filename*=utf-8''x", "\0", "\u2028", "é", "日", "\ud800", ".txt", "a", " "];

    private static int Count(ReadOnlySpan<byte> message, ReadOnlySpan<byte> what)
    {
        var count = 0;
        for (var at = message.IndexOf(what); at >= 0; at = message.IndexOf(what))
        {
            count++;
            message = message[(at + what.Length)..];
        }

        return count;
    }
}
