using System.Text;
using CsCheck;
using Sluice.Notion;
using Xunit;

namespace Sluice.Tests.Notion;

public sealed class NotionFileTypesTests
{
    [Theory]
    [InlineData("film.MP4", null, "film.MP4", "video/mp4", "video")]
    [InlineData("a.mov", null, "a.mov", "video/quicktime", "video")]
    [InlineData("a.mkv", null, "a.mkv", null, "video")]
    [InlineData("a.wav", null, "a.wav", "audio/wav", "audio")]
    [InlineData("a.zip", null, "a.zip", "application/zip", "file")]
    [InlineData("a.tar.gz", null, "a.tar.gz", "application/gzip", "file")]
    [InlineData("a.pdf", null, "a.pdf", "application/pdf", "pdf")]
    [InlineData("a.svg", null, "a.svg", "image/svg+xml", "image")]
    [InlineData("a.xml", null, "a.xml", null, "file")]
    [InlineData("a.stl", null, "a.stl", null, "file")]
    [InlineData("a.ico", null, "a.ico", "image/vnd.microsoft.icon", "image")]
    [InlineData("a.mid", null, "a.mid", "audio/midi", "audio")]
    [InlineData("report", "application/pdf", "report.pdf", "application/pdf", "pdf")]
    [InlineData("a.mp4", "Application/MP4; codecs=x", "a.mp4", "application/mp4", "video")]
    [InlineData(" a/b\\c\r\n.txt ", null, "a_b_c__.txt", "text/plain", "file")]
    public void Taken(string name, string? type, string expectedName, string? expectedType, string kind) =>
        Assert.Equal(new ResolvedFile(expectedName, expectedType, kind), NotionFileTypes.Resolve(name, type, asText: false, NotionLimits.Default));

    [Theory]
    [InlineData("a.exe", null, "type_refused")]
    [InlineData("a.iso", "text/plain", "type_refused")]
    [InlineData("a.wav", "audio/x-wav", "type_refused")]
    [InlineData("a.bin", "application/octet-stream", "type_refused")]
    [InlineData("Makefile", null, "type_refused")]
    [InlineData("ends.", null, "type_refused")]
    [InlineData("", null, "bad_request")]
    [InlineData(" .. ", null, "bad_request")]
    [InlineData("/", null, "bad_request")]
    public void Refused(string name, string? type, string code)
    {
        var refused = NotionFileTypes.Resolve(name, type, asText: false, NotionLimits.Default);
        Assert.Equal(code, refused.Error?.Code.Name);
        Assert.Null(refused.Name);
    }

    [Theory]
    [InlineData("a.exe", null, "a.exe.txt")]
    [InlineData("disk.iso", "application/octet-stream", "disk.iso.txt")]
    [InlineData("Makefile", null, "Makefile.txt")]
    public void A_refused_type_can_be_carried_as_text(string name, string? type, string expected) =>
        Assert.Equal(new ResolvedFile(expected, "text/plain", "file"), NotionFileTypes.Resolve(name, type, asText: true, NotionLimits.Default));

    [Fact]
    public void What_is_taken_anyway_is_not_carried_as_text() =>
        Assert.Equal(new ResolvedFile("a.png", "image/png", "image"), NotionFileTypes.Resolve("a.png", null, asText: true, NotionLimits.Default));

    [Fact]
    public void Nine_hundred_bytes_are_a_name_and_one_more_is_an_error()
    {
        var longest = new string('é', 448) + ".txt"; // 2 bytes each
        Assert.Equal(900, Encoding.UTF8.GetByteCount(longest));
        Assert.True(NotionFileTypes.Resolve(longest, null, asText: false, NotionLimits.Default).Accepted);
        Assert.Equal("name_too_long", NotionFileTypes.Resolve("a" + longest, null, asText: false, NotionLimits.Default).Error?.Code.Name);

        var carried = new string('a', 893) + ".iso"; // fits, but not with .txt behind it
        Assert.Equal("name_too_long", NotionFileTypes.Resolve(carried, null, asText: true, NotionLimits.Default).Error?.Code.Name);
    }

    [Fact]
    public void A_cleaned_name_holds_nothing_that_could_break_a_path_a_header_or_a_screen() =>
        Gen.String.Sample(name =>
        {
            var clean = NotionName.Clean(name);
            Assert.DoesNotContain(clean, c => char.IsControl(c) || c is '/' or '\\' or '\u202e' or '\u2066');
            Assert.Equal(clean, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(clean)));
            Assert.Equal(clean, NotionName.Clean(clean));
        });

    [Fact]
    public void The_table_never_gives_the_type_Notion_refuses_everywhere()
    {
        Assert.InRange(NotionFileTypes.Extensions.Count, 100, 130);
        Assert.All(NotionFileTypes.Extensions, extension =>
        {
            var type = NotionFileTypes.ForName("x." + extension);
            Assert.NotEqual("application/octet-stream", type!.ContentType);
            Assert.Contains(type.BlockKind, new[] { "image", "video", "audio", "pdf", "file" });
        });
    }
}
