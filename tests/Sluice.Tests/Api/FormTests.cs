using System.Text;
using CsCheck;
using Sluice.AspNetCore.Direct;
using Xunit;

namespace Sluice.Tests.Api;

public sealed class FormTests
{
    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("multipart/form-data; boundary=abc", "abc")]
    [InlineData("multipart/form-data; boundary=\"a b\"", "a b")]
    [InlineData("Multipart/Form-Data; charset=utf-8; boundary=x", "x")]
    [InlineData("multipart/form-data", null)]
    [InlineData("multipart/form-data; boundary=", null)]
    [InlineData("multipart/mixed; boundary=x", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Boundary(string? type, string? boundary) => Assert.Equal(boundary, FormHead.Boundary(type));

    [Fact]
    public void A_boundary_longer_than_the_standard_allows_is_none() => Assert.Null(FormHead.Boundary($"multipart/form-data; boundary={new string('b', 71)}"));

    /// <summary>The length worked out from the request's is that of the file, whatever is in front of it and however the bytes come.</summary>
    [Fact]
    public Task The_files_length_is_worked_out_exactly() =>
        Gen.Select(Gen.Byte.Array[1, 5000], Gen.String[Gen.Char['a', 'z'], 1, 40], Gen.String[Gen.Char["a b\r\n-ä"], 0, 200], Gen.Int[1, 700]).SampleAsync(async (file, boundary, field, piece) =>
        {
            var body = Body(boundary, field, file, "\r\n--" + boundary + "--\r\n");
            var (head, refusal) = await FormHead.ReadAsync(new PieceStream(body, piece), boundary, body.Length, CancellationToken.None);
            Assert.Null(refusal);
            Assert.Equal(file.Length, head!.Length);
            Assert.Equal(field, head.Target);
            var copy = new MemoryStream();
            await head.File.CopyToAsync(copy, piece, CancellationToken.None);
            Assert.Equal(file, copy.ToArray());
            Assert.False(head.File.IsMisfit);
        }, iter: 500, threads: 1);

    [Theory]
    [InlineData("\r\n--b--")]
    [InlineData("\r\n--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n--b--\r\n")]
    [InlineData("\r\n--b--\r\nepilogue")]
    public async Task An_end_that_does_not_fit_is_found_before_the_last_byte_is_given_out(string end)
    {
        var body = Body("b", "x", "hello"u8.ToArray(), end);
        var (head, refusal) = await FormHead.ReadAsync(new MemoryStream(body), "b", body.Length, Test);
        Assert.Null(refusal);
        var given = new MemoryStream();
        await Assert.ThrowsAsync<IOException>(() => head!.File.CopyToAsync(given, Test));
        Assert.True(head!.File.IsMisfit);
        Assert.True(given.Length < head.Length);
    }

    [Fact]
    public async Task Too_many_and_too_long_fields_are_refused()
    {
        var many = string.Concat(Enumerable.Range(0, 17).Select(i => $"--b\r\nContent-Disposition: form-data; name=\"f{i}\"\r\n\r\nx\r\n")) + "--b--\r\n";
        var (none, refusal) = await FormHead.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(many)), "b", many.Length, Test);
        Assert.Null(none);
        Assert.Equal(400, refusal!.Status);
        var body = Body("b", new string('x', 5000), [1], "\r\n--b--\r\n");
        Assert.Equal(400, (await FormHead.ReadAsync(new MemoryStream(body), "b", body.Length, Test)).Refusal!.Status);
    }

    private static byte[] Body(string boundary, string field, byte[] file, string end) =>
        [
            .. Encoding.UTF8.GetBytes($"--{boundary}\r\nContent-Disposition: form-data; name=\"target\"\r\n\r\n{field}\r\n--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.zip\"\r\nContent-Type: application/zip\r\n\r\n"),
            .. file,
            .. Encoding.UTF8.GetBytes(end),
        ];

    /// <summary>Gives its bytes in small pieces, as a network does.</summary>
    private sealed class PieceStream(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => base.ReadAsync(buffer, offset, Math.Min(piece, count), cancellationToken);
    }
}
