using Xunit;

namespace Sluice.Conformance.Simulator;

/// <summary>Send and complete: what a part may be, what it leaves, and what is refused.</summary>
public sealed class SendTests
{
    private static readonly byte[] Part = Sim.Bytes(Sim.MinPart);

    [Fact]
    public async Task A_single_part_is_uploaded_by_its_send()
    {
        await using var sim = await Sim.StartAsync();
        var reply = (await sim.SendAsync(await sim.CreateAsync(), "hello"u8.ToArray())).Ok();
        Assert.Equal(("uploaded", 5), (reply.Text("status"), reply.Number("content_length")));
        Assert.DoesNotContain("upload_url", reply.Fields);
        Assert.DoesNotContain("number_of_parts", reply.Fields);
        (await sim.SendAsync(reply.Text("id"), "hello"u8.ToArray())).Invalid("status is `uploaded`");
        (await sim.CompleteAsync(reply.Text("id"))).Invalid();
    }

    [Fact]
    public async Task Parts_are_counted_and_the_upload_stays_pending_until_it_is_completed()
    {
        await using var sim = await Sim.StartAsync();
        var id = await sim.CreateAsync(parts: 2);
        (await sim.CompleteAsync(id)).Invalid("Expected 2 parts");

        var first = (await sim.SendAsync(id, Part, 2)).Ok(); // out of order, and full where it might be short
        Assert.Equal(("pending", Part.Length), (first.Text("status"), (int)first.Number("content_length")));
        Assert.Equal("""{"total":2,"sent":1}""", first.Json["number_of_parts"]!.ToJsonString());
        Assert.EndsWith($"/v1/file_uploads/{id}/complete", first.Text("complete_url"), StringComparison.Ordinal);
        Assert.Equal("complete_url", first.Fields[Array.IndexOf(first.Fields, "upload_url") + 1]);
        (await sim.CompleteAsync(id)).Invalid("Send part number 1 next");

        (await sim.SendAsync(id, Part, 1)).Ok();
        var done = (await sim.CompleteAsync(id)).Ok();
        Assert.Equal(("uploaded", 2L * Part.Length), (done.Text("status"), done.Number("content_length")));
        Assert.Equal("""{"total":2,"sent":2}""", done.Json["number_of_parts"]!.ToJsonString());
        Assert.NotNull(done.Json["expiry_time"]);
        Assert.DoesNotContain("upload_url", done.Fields);
        Assert.DoesNotContain("complete_url", done.Fields);
        (await sim.CompleteAsync(id)).Invalid("status is `uploaded`");
        (await sim.SendAsync(id, Part, 1)).Invalid("status is `uploaded`");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("3")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1.0")]
    [InlineData("x")]
    [InlineData(null)]
    public async Task A_part_number_is_from_1_to_the_number_of_parts(string? number)
    {
        await using var sim = await Sim.StartAsync();
        using var request = Sim.Request("POST", $"/v1/file_uploads/{await sim.CreateAsync(parts: 2)}/send");
        request.Content = Sim.Form(Part, number);
        (await sim.SendAsync(request)).Invalid("body.part_number should be a number from 1 to 2");
    }

    [Fact]
    public async Task A_part_number_is_at_most_1000_unless_that_is_switched()
    {
        await using var sim = await Sim.StartAsync();
        var id = await sim.CreateAsync(parts: 1001);
        (await sim.SendAsync(id, "x"u8.ToArray(), 1001)).Invalid("from 1 to 1000");
        await sim.ScriptAsync("""{"switches":{"max_part_number":10000}}""");
        (await sim.SendAsync(id, "x"u8.ToArray(), 1001)).Ok();
    }

    [Fact]
    public async Task A_single_part_has_no_number()
    {
        await using var sim = await Sim.StartAsync();
        (await sim.SendAsync(await sim.CreateAsync(), "x"u8.ToArray(), 1)).Invalid("body.part_number should be not present");
    }

    [Fact]
    public async Task A_part_but_the_last_has_5_MiB_at_least_and_every_one_20_MiB_at_most()
    {
        await using var sim = await Sim.StartAsync();
        var id = await sim.CreateAsync(parts: 2);
        (await sim.SendAsync(id, Part[1..], 1)).Invalid("at least 5 MiB");
        (await sim.SendAsync(id, "x"u8.ToArray(), 2)).Ok();
        (await sim.SendAsync(id, new byte[20 << 20], 1)).Ok();
        (await sim.SendAsync(id, new byte[(20 << 20) + 1], 1)).Invalid("20 MiB");
        (await sim.SendAsync(id, [], 2)).Invalid("empty");
        (await sim.SendAsync(await sim.CreateAsync(), [])).Invalid("empty");
        (await sim.SendAsync(await sim.CreateAsync(), new byte[(20 << 20) + 1])).Invalid("20 MiB");
        (await sim.CompleteAsync(id)).Ok();
    }

    [Fact]
    public async Task A_small_part_may_be_refused_at_complete_instead()
    {
        await using var sim = await Sim.StartAsync();
        await sim.ScriptAsync("""{"switches":{"small_parts":"complete"}}""");
        var id = await sim.CreateAsync(parts: 2);
        (await sim.SendAsync(id, "x"u8.ToArray(), 1)).Ok();
        (await sim.SendAsync(id, "y"u8.ToArray(), 2)).Ok();
        (await sim.CompleteAsync(id)).Invalid("at least 5 MiB");
        Assert.Equal("pending", (await sim.RetrieveAsync(id)).Text("status"));
    }

    [Fact]
    public async Task A_part_sent_again_replaces_the_first()
    {
        await using var sim = await Sim.StartAsync();
        var id = await sim.CreateAsync(parts: 2);
        (await sim.SendAsync(id, new byte[6 << 20], 1)).Ok();
        var again = (await sim.SendAsync(id, Part, 1)).Ok();
        Assert.Equal(("""{"total":2,"sent":1}""", Part.Length), (again.Json["number_of_parts"]!.ToJsonString(), (int)again.Number("content_length")));
        (await sim.SendAsync(id, "end"u8.ToArray(), 2)).Ok();
        (await sim.CompleteAsync(id)).Ok();

        var seen = (await sim.AdminAsync("GET", $"/_sim/uploads/{id}")).Ok();
        Assert.Equal(Sim.Sha256(Part, "end"u8.ToArray()), seen.Text("sha256"));
        Assert.Equal(2, seen.Json["parts"]![0]!["sends"]!.GetValue<int>());
        Assert.Equal(Sim.Sha256(Part), seen.Json["parts"]![0]!["sha256"]!.GetValue<string>());
        Assert.Equal((3, 2), ((int)seen.Number("sends"), (int)seen.Number("parts_sent")));
    }

    [Fact]
    public async Task A_part_sent_again_may_count_twice_until_complete()
    {
        await using var sim = await Sim.StartAsync();
        await sim.ScriptAsync("""{"switches":{"count_resent_parts":true}}""");
        var id = await sim.CreateAsync(parts: 1);
        (await sim.SendAsync(id, "abc"u8.ToArray(), 1)).Ok();
        var again = (await sim.SendAsync(id, "abc"u8.ToArray(), 1)).Ok();
        Assert.Equal(("""{"total":1,"sent":2}""", 6), (again.Json["number_of_parts"]!.ToJsonString(), (int)again.Number("content_length")));
        var done = (await sim.CompleteAsync(id)).Ok();
        Assert.Equal(("""{"total":1,"sent":1}""", 3), (done.Json["number_of_parts"]!.ToJsonString(), (int)done.Number("content_length")));
    }

    [Theory]
    [InlineData("application/octet-stream", 200)] // a part may say nothing about itself
    [InlineData("text/plain", 200)]
    [InlineData("text/plain; charset=utf-8", 200)]
    [InlineData("image/png", 400)]
    [InlineData("audio/x-wav", 400)]
    public async Task The_type_of_a_part_is_looked_at(string type, int status)
    {
        await using var sim = await Sim.StartAsync();
        Assert.Equal(status, (await sim.SendAsync(await sim.CreateAsync(parts: 1), "x"u8.ToArray(), 1, type)).Status);
    }

    [Theory]
    [InlineData("application/octet-stream", 400)]
    [InlineData("text/plain", 200)]
    [InlineData(null, 200)]
    [InlineData("image/png", 400)]
    [InlineData("audio/x-wav", 400)]
    public async Task The_type_of_a_single_part_is_looked_at(string? type, int status)
    {
        await using var sim = await Sim.StartAsync();
        var id = await sim.CreateAsync();
        var reply = await sim.SendAsync(id, "x"u8.ToArray(), type: type);
        Assert.Equal(status, reply.Status);
        Assert.Equal(status == 200 ? "uploaded" : "pending", (await sim.RetrieveAsync(id)).Text("status"));
    }

    [Theory]
    [InlineData("photo.png", null, 200, "photo.png", "image/png")]
    [InlineData("photo", "image/png", 200, "photo.png", "image/png")]
    [InlineData("undefined", "application/octet-stream", 400, null, null)] // what the official SDK sends on Node 20 without a name
    [InlineData("a.exe", null, 400, null, null)]
    public async Task A_nameless_upload_takes_name_and_type_from_the_form(string formName, string? type, int status, string? name, string? settled)
    {
        await using var sim = await Sim.StartAsync();
        var id = (await sim.CallAsync("POST", "/v1/file_uploads", "{}")).Ok().Text("id");
        using var request = Sim.Request("POST", $"/v1/file_uploads/{id}/send");
        request.Content = Sim.Form("x"u8.ToArray(), null, type, formName);
        var reply = await sim.SendAsync(request);
        Assert.Equal(status, reply.Status);
        if (status == 200)
        {
            Assert.Equal((name, settled), (reply.Text("filename"), reply.Text("content_type")));
        }
    }

    [Fact]
    public async Task An_upload_belongs_to_its_token()
    {
        await using var sim = await Sim.StartAsync();
        var id = await sim.CreateAsync(parts: 1);
        foreach (var reply in new[] { await sim.RetrieveAsync(id, "ntn_b"), await sim.SendAsync(id, "x"u8.ToArray(), 1, token: "ntn_b"), await sim.CompleteAsync(id, "ntn_b") })
        {
            reply.Refused(404, "object_not_found", $"Could not find file_upload with ID: {id}");
        }

        var mine = await sim.UploadAsync();
        (await sim.AppendAsync(mine, token: "ntn_b")).Refused(404, "object_not_found", $"Could not find file_upload with ID: {mine}");
        Assert.Empty((await sim.CallAsync("GET", "/v1/file_uploads", token: "ntn_b")).Ok().Results);
    }

    [Theory]
    [InlineData("application/json", "{}")]
    [InlineData("multipart/form-data", "--b--")]
    [InlineData("multipart/form-data; boundary=b", "no form at all")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\ncut off")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"part_number\"\r\n\r\n1\r\n--b--\r\n")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\n1\r\n--b--\r\n")]
    public async Task A_body_that_is_no_form_with_a_file_is_refused(string type, string body)
    {
        await using var sim = await Sim.StartAsync();
        using var request = Sim.Request("POST", $"/v1/file_uploads/{await sim.CreateAsync(parts: 1)}/send");
        request.Content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(body));
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        (await sim.SendAsync(request)).Invalid();
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", "application/json")]
    [InlineData("{}", "application/json")]
    [InlineData("nonsense", "text/plain")]
    public async Task Complete_takes_whatever_body_comes_with_it(string? body, string? type)
    {
        await using var sim = await Sim.StartAsync();
        var id = await sim.CreateAsync(parts: 1);
        (await sim.SendAsync(id, "x"u8.ToArray(), 1)).Ok();
        using var request = Sim.Request("POST", $"/v1/file_uploads/{id}/complete");
        request.Content = body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, type!);
        (await sim.SendAsync(request)).Ok();
    }
}
