using System.Globalization;
using System.Text;
using Xunit;

namespace Sluice.Conformance.Simulator;

/// <summary>The layouts of a send as the official clients and .NET write them, byte by byte.</summary>
public sealed class MultipartLayoutTests
{
    /// <summary>A name's content type, boundary as it stands in the header, boundary as it stands in the body, and the form with # for the bytes.</summary>
    public static TheoryData<string, string, string> Layouts => new()
    {
        {
            "ntn 0.4.0: bare boundary, quoted names, raw UTF-8 with an escaped quote, the part's own type",
            "multipart/form-data; boundary=e5c3-1f00-9a7b-77aa",
            "--e5c3-1f00-9a7b-77aa\r\nContent-Disposition: form-data; name=\"file\"; filename=\"né\\\"e.txt\"\r\nContent-Type: text/plain\r\n\r\n#\r\n--e5c3-1f00-9a7b-77aa\r\nContent-Disposition: form-data; name=\"part_number\"\r\n\r\n1\r\n--e5c3-1f00-9a7b-77aa--\r\n"
        },
        {
            "@notionhq/client 5.26.0 on Node: bare boundary, octet-stream",
            "multipart/form-data; boundary=----formdata-undici-072341567123",
            "------formdata-undici-072341567123\r\nContent-Disposition: form-data; name=\"file\"; filename=\"blob\"\r\nContent-Type: application/octet-stream\r\n\r\n#\r\n------formdata-undici-072341567123\r\nContent-Disposition: form-data; name=\"part_number\"\r\n\r\n1\r\n------formdata-undici-072341567123--\r\n"
        },
        {
            ".NET: quoted boundary, unquoted names, RFC 2047 and filename*, a type on the number",
            "multipart/form-data; boundary=\"4f2c9a60-2e9b-4f43-9d0f-3d1a5b1c2d3e\"",
            "--4f2c9a60-2e9b-4f43-9d0f-3d1a5b1c2d3e\r\nContent-Disposition: form-data; name=file; filename=\"=?utf-8?B?bsOpLnR4dA==?=\"; filename*=utf-8''n%C3%A9.txt\r\n\r\n#\r\n--4f2c9a60-2e9b-4f43-9d0f-3d1a5b1c2d3e\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name=part_number\r\n\r\n1\r\n--4f2c9a60-2e9b-4f43-9d0f-3d1a5b1c2d3e--\r\n"
        },
        {
            "The number first, header names in lower case",
            "multipart/form-data; boundary=b",
            "--b\r\ncontent-disposition: form-data; name=\"part_number\"\r\n\r\n1\r\n--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n#\r\n--b--\r\n"
        },
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task Every_clients_layout_brings_the_same_bytes(string who, string contentType, string form)
    {
        Assert.NotEmpty(who);
        await using var sim = await Sim.StartAsync();
        var id = await sim.CreateAsync(parts: 1);
        var bytes = Sim.Bytes(200_000); // holds CR, LF and dashes
        var body = Fill(form, bytes);
        using var raw = await RawHttp.ConnectAsync(sim.Address);
        await raw.WriteAsync(RawHttp.SendHead(id, contentType, body.Length));
        await raw.WriteAsync(body);
        Assert.Equal(200, (await raw.ReadAsync())!.Value.Status);
        await AssertArrivedAsync(sim, id, bytes);
    }

    [Fact]
    public async Task A_body_may_be_chunked()
    {
        await using var sim = await Sim.StartAsync();
        var id = await sim.CreateAsync(parts: 1);
        var bytes = Sim.Bytes(100_000);
        using var raw = await RawHttp.ConnectAsync(sim.Address);
        await raw.WriteAsync(RawHttp.Head("POST", $"/v1/file_uploads/{id}/send", "Content-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n"));
        foreach (var chunk in (await Sim.Form(bytes, "1").ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Chunk(33_333))
        {
            await raw.WriteAsync($"{chunk.Length.ToString("x", CultureInfo.InvariantCulture)}\r\n");
            await raw.WriteAsync(chunk);
            await raw.WriteAsync("\r\n");
        }

        await raw.WriteAsync("0\r\n\r\n");
        Assert.Equal(200, (await raw.ReadAsync())!.Value.Status);
        await AssertArrivedAsync(sim, id, bytes);
    }

    [Fact]
    public async Task Who_asks_to_go_on_is_told_to_and_who_may_not_is_refused_before_the_body()
    {
        await using var sim = await Sim.StartAsync();
        var id = await sim.CreateAsync(parts: 1);
        var body = await Sim.Form("hello"u8.ToArray(), "1").ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var head = RawHttp.SendHead(id, "multipart/form-data; boundary=b", body.Length).TrimEnd() + "\r\nExpect: 100-continue\r\n\r\n";
        using (var raw = await RawHttp.ConnectAsync(sim.Address))
        {
            await raw.WriteAsync(head);
            Assert.Equal(100, (await raw.ReadAsync())!.Value.Status);
            await raw.WriteAsync(body);
            Assert.Equal(200, (await raw.ReadAsync())!.Value.Status);
        }

        await AssertArrivedAsync(sim, id, "hello"u8.ToArray());
        (await sim.CompleteAsync(id)).Ok();
        using var late = await RawHttp.ConnectAsync(sim.Address);
        await late.WriteAsync(head);
        Assert.Equal(400, (await late.ReadAsync())!.Value.Status);
    }

    [Fact]
    public async Task The_clients_own_forms_are_read()
    {
        await using var sim = await Sim.StartAsync();
        var id = await sim.CreateAsync(parts: 1);
        using var content = new MultipartFormDataContent { { new StringContent("1"), "part_number" }, { new ByteArrayContent("hello"u8.ToArray()), "file", "né.txt" } };
        using var request = Sim.Request("POST", $"/v1/file_uploads/{id}/send");
        request.Content = content;
        (await sim.SendAsync(request)).Ok();
        await AssertArrivedAsync(sim, id, "hello"u8.ToArray());
    }

    private static async Task AssertArrivedAsync(Sim sim, string id, byte[] bytes)
    {
        var part = (await sim.AdminAsync("GET", $"/_sim/uploads/{id}")).Ok().Json["parts"]![0]!;
        Assert.Equal((bytes.Length, Sim.Sha256(bytes)), (part["length"]!.GetValue<int>(), part["sha256"]!.GetValue<string>()));
    }

    private static byte[] Fill(string form, byte[] bytes)
    {
        var pieces = form.Split('#');
        return [.. Encoding.UTF8.GetBytes(pieces[0]), .. bytes, .. Encoding.UTF8.GetBytes(pieces[1])];
    }
}
