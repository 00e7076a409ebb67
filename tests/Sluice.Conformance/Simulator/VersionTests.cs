using Xunit;

namespace Sluice.Conformance.Simulator;

/// <summary>What the versions of Notion's API change, and who is let in.</summary>
public sealed class VersionTests
{
    [Theory]
    [InlineData(null, 400, "missing_version")]
    [InlineData("2024-01-01", 400, "validation_error")]
    [InlineData("2021-05-13", 200, null)]
    [InlineData("2022-06-28", 200, null)]
    [InlineData("2026-03-11", 200, null)]
    public async Task A_call_needs_a_version_that_there_is(string? version, int status, string? code)
    {
        await using var sim = await Sim.StartAsync();
        var reply = await sim.CallAsync("GET", "/v1/users/me", version: version);
        Assert.Equal((status, code), (reply.Status, reply.Code));
    }

    [Theory]
    [InlineData("bad_token")]
    [InlineData("")]
    public async Task A_token_that_is_refused_is_answered_with_401(string token)
    {
        await using var sim = await Sim.StartAsync();
        (await sim.CallAsync("GET", "/v1/users/me", token: token)).Refused(401, "unauthorized", "API token is invalid.");
    }

    [Theory]
    [InlineData("2022-06-28", true)]
    [InlineData("2025-09-03", true)]
    [InlineData("2026-03-11", false)]
    public async Task Archived_is_in_every_object_below_the_latest_version(string version, bool there)
    {
        await using var sim = await Sim.StartAsync();
        var id = await sim.UploadAsync();
        (await sim.AppendAsync(id)).Ok();
        foreach (var path in new[] { $"/v1/file_uploads/{id}", $"/v1/pages/{Sim.Page}", $"/v1/databases/{Sim.Database}" })
        {
            var fields = (await sim.CallAsync("GET", path, version: version)).Ok().Fields;
            Assert.Equal(there, fields.Contains("archived"));
            Assert.Contains("in_trash", fields);
        }

        var block = (await sim.CallAsync("GET", $"/v1/blocks/{Sim.Page}/children", version: version)).Ok().Results[0]!.AsObject();
        Assert.Equal(there, block.ContainsKey("archived"));
    }

    [Theory]
    [InlineData("2025-09-03", "after", 200)]
    [InlineData("2026-03-11", "after", 400)]
    [InlineData("2025-09-03", "position", 400)]
    [InlineData("2026-03-11", "position", 200)]
    public async Task A_place_is_said_by_after_before_and_by_position_in_the_latest_version(string version, string how, int status)
    {
        await using var sim = await Sim.StartAsync();
        var id = await sim.UploadAsync();
        var first = (await sim.AppendAsync(id)).Ok().Results[0]!["id"]!.GetValue<string>();
        await sim.AppendAsync(id);
        var place = how == "after" ? $"\"after\":\"{first}\"" : $$$"""
            "position":{"type":"after_block","after_block":{"id":"{{{first}}}"}}
            """;
        var reply = await sim.CallAsync("PATCH", $"/v1/blocks/{Sim.Page}/children", $$$$"""{"children":[{"file":{"file_upload":{"id":"{{{{id}}}}"}}}],{{{{place}}}}}""", version: version);
        Assert.Equal(status, reply.Status);
        if (status == 400)
        {
            reply.Invalid($"body.{how} should be not present");
            return;
        }

        var made = reply.Results[0]!["id"]!.GetValue<string>();
        var order = (await sim.CallAsync("GET", $"/v1/blocks/{Sim.Page}/children")).Ok().Results.Select(b => b!["id"]!.GetValue<string>()).ToArray();
        Assert.Equal((3, first, made), (order.Length, order[0], order[1]));
    }

    [Theory]
    [InlineData("2022-06-28", "database_id", 200)]
    [InlineData("2022-06-28", "data_source_id", 400)]
    [InlineData("2025-09-03", "database_id", 400)]
    [InlineData("2025-09-03", "data_source_id", 200)]
    [InlineData("2026-03-11", "data_source_id", 200)]
    public async Task A_rows_parent_is_the_database_or_the_data_source(string version, string field, int status)
    {
        await using var sim = await Sim.StartAsync();
        var parent = field == "database_id" ? Sim.Database : Sim.DataSource;
        var reply = await sim.CallAsync("POST", "/v1/pages", $$$$"""{"parent":{"{{{{field}}}}":"{{{{parent}}}}"},"properties":{"Name":{"title":[{"text":{"content":"r"}}]}}}""", version: version);
        Assert.Equal(status, reply.Status);
        if (status == 200)
        {
            Assert.Equal(field, reply.Json["parent"]!["type"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task Data_sources_are_there_since_2025_09_03_and_the_schema_was_on_the_database_before()
    {
        await using var sim = await Sim.StartAsync();
        (await sim.CallAsync("GET", $"/v1/data_sources/{Sim.DataSource}", version: "2022-06-28")).Refused(400, "invalid_request_url");
        (await sim.CallAsync("POST", $"/v1/databases/{Sim.Database}/query", "{}", version: "2025-09-03")).Refused(400, "invalid_request_url");
        (await sim.CallAsync("POST", $"/v1/databases/{Sim.Database}/query", "{}", version: "2022-06-28")).Ok();
        Assert.Contains("properties", (await sim.CallAsync("GET", $"/v1/databases/{Sim.Database}", version: "2022-06-28")).Ok().Fields);
        Assert.Contains("data_sources", (await sim.CallAsync("GET", $"/v1/databases/{Sim.Database}")).Ok().Fields);
    }

    [Fact]
    public async Task Ids_go_with_and_without_dashes_and_anything_else_is_refused()
    {
        await using var sim = await Sim.StartAsync();
        var id = await sim.UploadAsync();
        Assert.Equal(id, (await sim.RetrieveAsync(id.Replace("-", "", StringComparison.Ordinal))).Ok().Text("id"));
        (await sim.RetrieveAsync("nonsense")).Invalid("should be a valid uuid");
        (await sim.RetrieveAsync(Guid.Empty.ToString())).Refused(404, "object_not_found", "Could not find file_upload");
        (await sim.CallAsync("GET", "/v1/workspace")).Refused(400, "invalid_request_url", "Invalid request URL.");
    }
}
