using System.Text;
using Sluice.Errors;
using Sluice.Notion;
using Xunit;

namespace Sluice.Tests.Notion;

public sealed class NotionErrorParserTests
{
    private static readonly NotionToken Token = NotionToken.Parse("ntn_Zx81QwertyUiopSecret");

    /// <summary>Endpoint, status, code, message; class, error code. Row by row the table of docs/notion.md.</summary>
    public static TheoryData<string, int, string?, string, string, string> Table => new()
    {
        // forgotten
        { "Send", 404, "object_not_found", "Could not find file_upload with ID: 1.", "Forgotten", "upload_expired" },
        { "Complete", 404, "object_not_found", "Could not find file_upload with ID: 1.", "Forgotten", "upload_expired" },
        { "Retrieve", 404, "object_not_found", "Could not find file_upload with ID: 1.", "Forgotten", "upload_expired" },
        { "Retrieve", 400, "object_not_found", "Could not find file_upload with ID: 1.", "Forgotten", "upload_expired" },
        { "Send", 400, "validation_error", "File upload has expired.", "Forgotten", "upload_expired" },
        { "Send", 400, "validation_error", "File upload status is `expired`, expected `pending`.", "Forgotten", "upload_expired" },
        { "Complete", 400, "validation_error", "File upload is archived.", "Forgotten", "upload_expired" },
        { "AppendChildren", 400, "object_not_found", "Could not find file_upload with ID: 1. Make sure its status is `uploaded`.", "Forgotten", "upload_expired" },
        { "UpdatePage", 404, "object_not_found", "Could not find file_upload with ID: 1.", "Forgotten", "upload_expired" },
        { "CreatePage", 400, "validation_error", "The file upload 1 has expired.", "Forgotten", "upload_expired" },

        // not pending any more: retrieve first
        { "Send", 400, "validation_error", "File upload has already been uploaded.", "Ambiguous", "notion_unreachable" },
        { "Complete", 400, "validation_error", "File upload must have a status of `pending`, is `uploaded`.", "Ambiguous", "notion_unreachable" },
        { "Complete", 400, "validation_error", "This file_upload is not pending.", "Ambiguous", "notion_unreachable" },

        // gap
        { "Complete", 400, "validation_error", "Expected 5 parts to be uploaded. Send part number 3 next.", "Gap", "notion_refused" },
        { "Complete", 400, "validation_error", "Part 4 is missing.", "Gap", "notion_refused" },

        // permanent
        { "Create", 400, "validation_error", "Provided `filename` has an extension that is not supported for the File Upload API.", "Permanent", "type_refused" },
        { "Create", 400, "validation_error", "The content type audio/x-wav is not supported for the File Upload API.", "Permanent", "type_refused" },
        { "Send", 400, "validation_error", "The content type audio/x-wav is not supported for the File Upload API.", "Permanent", "type_refused" },
        { "Send", 400, "validation_error", "The file size exceeds the limit of your workspace.", "Permanent", "plan_limit" },
        { "Complete", 400, "file_upload_invalid_size", "No.", "Permanent", "plan_limit" },
        { "Send", 400, "validation_error", "Uploaded content type does not match.", "Permanent", "notion_refused" },
        { "Create", 400, "validation_error", "body failed validation.", "Permanent", "notion_refused" },
        { "Send", 403, "restricted_resource", "Insufficient permissions for this endpoint.", "Permanent", "notion_refused" },
        { "Complete", 413, null, "", "Permanent", "too_large" },
        { "Send", 409, "row_limit_exceeded", "Too many rows.", "Permanent", "notion_refused" },
        { "Retrieve", 400, "missing_version", "Notion-Version header failed validation.", "Permanent", "notion_refused" },
        { "AppendChildren", 404, "object_not_found", "Could not find block with ID: 3.", "Permanent", "target_not_shared" },
        { "RetrievePage", 404, "object_not_found", "Could not find page with ID: 3.", "Permanent", "target_not_shared" },
        { "AppendChildren", 403, "restricted_resource", "Insufficient permissions for this endpoint.", "Permanent", "target_not_shared" },
        { "AppendChildren", 400, "validation_error", "Cannot attach to an image block: it has a type of `productivity`.", "Permanent", "notion_refused" },
        { "Send", 302, null, "", "Permanent", "notion_refused" },

        // credentials
        { "Send", 401, "unauthorized", "API token is invalid.", "Credentials", "token_refused" },
        { "UsersMe", 401, null, "", "Credentials", "token_refused" },

        // transient
        { "Send", 413, null, "", "Transient", "notion_unreachable" },
        { "Send", 413, "request_entity_too_large", "The request's body is too large.", "Transient", "notion_unreachable" },
        { "Send", 409, "conflict_error", "Conflict occurred while saving. Please try again.", "Transient", "notion_unreachable" },
        { "AppendChildren", 409, "conflict_error", "Conflict occurred while saving.", "Transient", "notion_unreachable" },
        { "Send", 500, "internal_server_error", "Unexpected error occurred.", "Transient", "notion_unreachable" },
        { "Send", 502, "bad_gateway", "Bad Gateway", "Transient", "notion_unreachable" },
        { "Complete", 503, "service_unavailable", "Notion is unavailable, please try again later.", "Transient", "notion_unreachable" },
        { "Create", 503, "database_connection_unavailable", "Notion is unavailable.", "Transient", "notion_unreachable" },
        { "Send", 504, "gateway_timeout", "Gateway Timeout", "Transient", "notion_unreachable" },
        { "Send", 522, null, "", "Transient", "notion_unreachable" },
        { "Send", 404, null, "", "Transient", "notion_unreachable" }, // bare: nothing says that Notion gave it

        // told to wait
        { "Send", 429, "rate_limited", "You have been rate limited.", "ToldToWait", "notion_unreachable" },
        { "AppendChildren", 429, "rate_limited", "You have been rate limited.", "ToldToWait", "notion_unreachable" },
        { "Send", 529, "service_overload", "Overloaded.", "ToldToWait", "notion_unreachable" },
        { "Send", 429, null, "", "ToldToWait", "notion_unreachable" },

        // ambiguous
        { "AppendChildren", 500, "internal_server_error", "Unexpected error occurred.", "Ambiguous", "notion_unreachable" },
        { "AppendChildren", 503, "service_unavailable", "Saved, but late.", "Ambiguous", "notion_unreachable" },
        { "CreatePage", 504, "gateway_timeout", "Gateway Timeout", "Ambiguous", "notion_unreachable" },
        { "UpdatePage", 502, null, "", "Ambiguous", "notion_unreachable" },
        { "AppendChildren", 529, "service_overload", "Overloaded.", "Ambiguous", "notion_unreachable" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Every_row_of_the_table(string endpoint, int status, string? code, string message, string expectedClass, string expectedError)
    {
        var failure = Parse(endpoint, status, code is null ? "" : Body(status, code, message));

        Assert.Equal(expectedClass, failure.Class.ToString());
        Assert.Equal(expectedError, failure.Error.Code.Name);
        Assert.Equal(status, failure.Error.NotionStatus);
        Assert.Equal(code, failure.Error.NotionCode);
        Assert.Equal(endpoint is "Send" or "Complete" && expectedClass == "Ambiguous", failure.UploadNotPending);
        if (code is not null)
        {
            Assert.Equal("f1d5cc4f-0000-4000-8000-000000000009", failure.Error.RequestId);
            Assert.Contains(message.TrimEnd('.'), failure.Error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_blocked_connection_is_about_credentials()
    {
        var failure = Parse("Send", 429, """{"code":"rate_limited","message":"no","additional_data":{"rate_limit_reason":"public_api_request_blocked"}}""");
        Assert.Equal(FailureClass.Credentials, failure.Class);
        Assert.Same(ErrorCodes.RateBlocked, failure.Error.Code);
        Assert.Equal("public_api_request_blocked", failure.RateLimitReason);
    }

    [Fact]
    public void Used_up_blocks_are_not_a_page_that_is_not_shared()
    {
        var failure = Parse("AppendChildren", 403, """{"code":"restricted_resource","message":"no","additional_data":{"block_limit":"block_creation"}}""");
        Assert.Equal(FailureClass.Permanent, failure.Class);
        Assert.Same(ErrorCodes.BlockLimit, failure.Error.Code);
    }

    [Fact]
    public void What_a_late_write_saved_is_told()
    {
        var failure = Parse("AppendChildren", 503, """
            {"code":"service_unavailable","message":"late","additional_data":{"retry_guidance":["read it again"],"committed_resource_id":"p-1","committed_child_ids":["b-1","b-2"]}}
            """);
        Assert.Equal(FailureClass.Ambiguous, failure.Class);
        Assert.Equal(["b-1", "b-2", "p-1"], failure.CommittedIds);
    }

    [Fact]
    public void The_header_wins_over_the_body_for_the_wait_and_both_are_read()
    {
        const string Body = """{"code":"rate_limited","message":"no","additional_data":{"retry_after":"49","rate_limit_reason":"public_api_space_request_rate_limit"}}""";
        Assert.Equal(TimeSpan.FromSeconds(49), Parse("Send", 429, Body).RetryAfter);
        var both = Parse("Send", new NotionErrorHead(429) { RetryAfter = TimeSpan.FromSeconds(7) }, Body);
        Assert.Equal(TimeSpan.FromSeconds(7), both.RetryAfter);
        Assert.Equal(TimeSpan.FromSeconds(7), both.Error.RetryAfter);
        Assert.Equal("public_api_space_request_rate_limit", both.RateLimitReason);
        Assert.Equal(TimeSpan.Zero, Parse("Send", new NotionErrorHead(429) { RetryAfter = TimeSpan.FromSeconds(-5) }, "").RetryAfter);
        Assert.Equal(TimeSpan.FromDays(1), Parse("Send", 429, """{"additional_data":{"retry_after":"99999999999999"}}""").RetryAfter);
        Assert.Null(Parse("Send", 429, """{"additional_data":{"retry_after":"soon"}}""").RetryAfter);
    }

    [Fact]
    public void Retry_After_may_be_a_date_by_the_servers_own_clock()
    {
        using var response = new HttpResponseMessage(System.Net.HttpStatusCode.TooManyRequests);
        var server = new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
        response.Headers.Date = server;
        response.Headers.RetryAfter = new(server.AddSeconds(30));
        Assert.Equal(TimeSpan.FromSeconds(30), NotionErrorHead.Of(response, server.AddHours(5)).RetryAfter);
        response.Headers.Date = null;
        Assert.Equal(TimeSpan.FromSeconds(10), NotionErrorHead.Of(response, server.AddSeconds(20)).RetryAfter);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html><head><title>502 Bad Gateway</title></head>")]
    [InlineData("{\"object\":\"error\",\"status\":502,\"code\":\"bad_ga")]
    [InlineData("[1,2,3]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("{\"code\":17,\"message\":{\"a\":1},\"additional_data\":[],\"request_id\":false}")]
    public void A_body_that_is_not_Notions_leaves_the_status(string body)
    {
        var failure = Parse("Send", new NotionErrorHead(502) { Ray = "8c1f-FRA" }, body);
        Assert.Equal(FailureClass.Transient, failure.Class);
        Assert.Null(failure.Error.NotionCode);
        Assert.Contains("Cloudflare ray 8c1f-FRA", failure.Error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("<", failure.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_404_with_Notions_request_id_alone_is_Notions()
    {
        var failure = Parse("Send", new NotionErrorHead(404) { RequestId = "abc-1" }, "");
        Assert.Equal(FailureClass.Forgotten, failure.Class);
        Assert.Equal("abc-1", failure.Error.RequestId);
    }

    [Fact]
    public void The_token_signed_addresses_and_line_ends_do_not_pass()
    {
        var message = "bad token ntn_Zx81QwertyUiopSecret or NTN_zx81qwertyuiopsecret\\r\\nSet-Cookie: x \\u202e secret_0123456789abcdef https://files.test/a?X-Amz-Signature=77aa " + new string('x', 5000);
        var failure = Parse("Create", 400, Body(400, "validation_error", message));
        Assert.DoesNotContain("Zx81", failure.Error.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("0123456789abcdef", failure.Error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("77aa", failure.Error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Error.Message);
        Assert.DoesNotContain('\u202e', failure.Error.Message);
        Assert.InRange(failure.Error.Message.Length, 300, 700);
    }

    [Fact]
    public void A_code_or_id_that_is_none_is_dropped()
    {
        var failure = Parse("Create", 400, """{"code":"evil\r\ncode","message":"m","request_id":"<b>"}""");
        Assert.Null(failure.Error.NotionCode);
        Assert.Null(failure.Error.RequestId);
    }

    private static string Body(int status, string code, string message) =>
        $$"""{"object":"error","status":{{status}},"code":"{{code}}","message":"{{message}}","request_id":"f1d5cc4f-0000-4000-8000-000000000009"}""";

    private static NotionFailure Parse(string endpoint, int status, string body) => Parse(endpoint, new NotionErrorHead(status), body);

    private static NotionFailure Parse(string endpoint, NotionErrorHead head, string body) =>
        NotionErrorParser.Parse(Enum.Parse<NotionEndpoint>(endpoint), head, Encoding.UTF8.GetBytes(body), Token);
}
