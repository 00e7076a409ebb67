using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sluice.Errors;
using Sluice.Notion;
using Xunit;

namespace Sluice.Conformance.Notion;

/// <summary>What can only be seen on real sockets: connections, early answers, and the end of a body.</summary>
public sealed class NotionSocketTests
{
    private const string Upload = """{"id":"u-1","status":"pending","expiry_time":"2026-11-24T13:00:00.000Z"}""";
    private const int Large = 16 << 20; // more than both sockets' buffers hold

    [Fact]
    public async Task A_part_arrives_with_its_exact_length_and_every_step_is_told()
    {
        RawRequest? seen = null;
        await using var server = new RawServer(async connection =>
        {
            seen = await connection.ReadAsync();
            await connection.AnswerAsync(200, Upload, "Date: Tue, 24 Nov 2026 12:00:00 GMT\r\n");
            await connection.ReadToEndAsync();
        });
        using var api = Api(server);
        using var attempt = new RecordingAttempt();
        var result = await api.SendAsync(new("u-1", 7, "video/mp4", new WatchedBody(300_000)) { FileName = "a.mp4" }, attempt);

        Assert.True(result.IsSuccess);
        Assert.Equal(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero), result.Value!.Date);
        Assert.Equal("POST /v1/file_uploads/u-1/send HTTP/1.1", seen!.Line);
        Assert.False(seen.Headers.ContainsKey("Transfer-Encoding"));
        Assert.False(seen.Headers.ContainsKey("Expect"));
        Assert.False(seen.Headers.ContainsKey("traceparent"));
        Assert.Equal("Bearer t0ken", seen.Headers["Authorization"]);

        var boundary = seen.Headers["Content-Type"]["multipart/form-data; boundary=".Length..];
        byte[] expected = [.. MultipartForm.Head(boundary, "a.mp4", "video/mp4"), .. Enumerable.Repeat((byte)'A', 300_000), .. MultipartForm.Tail(boundary, 7)];
        Assert.Equal(expected.Length, seen.Length);
        Assert.Equal(expected, seen.Body);
        Assert.Equal(["connecting", "connected", "sent", "response"], attempt.Steps);
        Assert.Equal(300_000 + Upload.Length, attempt.Moved);
    }

    [Fact]
    public async Task An_early_refusal_with_a_close_is_unknown_and_after_two_the_next_send_asks_first()
    {
        var expects = new List<bool>();
        await using var server = new RawServer(async connection =>
        {
            var request = (await connection.ReadHeadAsync())!;
            var asks = request.Headers.ContainsKey("Expect");
            expects.Add(asks);
            if (!asks)
            {
                await connection.ReadBytesAsync(100_000);
            }

            await connection.AnswerAsync(429, """{"code":"rate_limited","message":"slow down"}""", "Retry-After: 3\r\nConnection: close\r\n");
            if (!asks)
            {
                connection.Reset();
            }
        });
        using var api = Api(server);
        for (var i = 0; i < 2; i++)
        {
            var broken = await SendAsync(api, new WatchedBody(Large));
            Assert.Equal(FailureClass.Unknown, broken.Failure?.Class);
            Assert.Same(ErrorCodes.NotionUnreachable, broken.Failure?.Error.Code);
        }

        var body = new WatchedBody(Large);
        var refused = await SendAsync(api, body);
        Assert.Equal(FailureClass.ToldToWait, refused.Failure?.Class);
        Assert.Equal(TimeSpan.FromSeconds(3), refused.Failure?.RetryAfter);
        Assert.Equal(0, body.Starts);
        Assert.Equal([false, false, true], expects);
    }

    [Fact]
    public async Task A_server_that_says_go_on_gets_the_body()
    {
        await using var server = new RawServer(async connection =>
        {
            var request = (await connection.ReadHeadAsync())!;
            Assert.Equal("100-continue", request.Headers["Expect"]);
            await connection.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n");
            await connection.ReadBytesAsync(request.Length);
            await connection.AnswerAsync(200, Upload);
            await connection.ReadToEndAsync();
        });
        using var api = Api(server, options => options.ExpectContinue = "on");
        Assert.True((await SendAsync(api, new WatchedBody(300_000))).IsSuccess);
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("limit")]
    [InlineData("reset")]
    [InlineData("close")]
    [InlineData("refuse")]
    public async Task Nothing_reads_a_body_any_more_once_its_send_has_ended(string end)
    {
        using var attempt = new RecordingAttempt();
        await using var server = new RawServer(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.ReadBytesAsync(500_000);
            switch (end)
            {
                case "cancel":
                    attempt.Cancel();
                    await connection.ReadToEndAsync();
                    break;
                case "limit":
                    attempt.Expire(ErrorCodes.TimeoutRead);
                    await connection.ReadToEndAsync();
                    break;
                case "reset":
                    connection.Reset();
                    break;
                case "refuse":
                    await connection.AnswerAsync(413, "{}", "Connection: close\r\n");
                    break;
                default:
                    break; // closes with bytes unread
            }
        });
        using var api = Api(server);
        var body = new WatchedBody(Large);
        NotionResult<NotionFileUpload>? result = null;
        try
        {
            result = await api.SendAsync(new("u-1", 1, "video/mp4", body), attempt);
        }
        catch (OperationCanceledException) when (end == "cancel")
        {
            Assert.Null(result);
        }

        var stillRead = body.GiveBack();
        api.Dispose(); // ends every connection: a reader left behind would come to its end now
        Assert.False(stillRead);
        Assert.False(body.ReadTooLate);
        Assert.Equal(end == "cancel", result is null);
        switch (end)
        {
            case "limit":
                Assert.Equal(FailureClass.Transient, result!.Failure?.Class);
                Assert.Same(ErrorCodes.TimeoutRead, result.Failure?.Error.Code);
                break;
            case "reset" or "close" or "refuse":
                Assert.Equal(FailureClass.Unknown, result!.Failure?.Class);
                break;
            default:
                break;
        }
    }

    [Fact]
    public async Task A_server_that_reads_nothing_is_left_when_a_limit_says_so()
    {
        using var attempt = new RecordingAttempt();
        var stalled = new TaskCompletionSource();
        await using var server = new RawServer(async connection =>
        {
            await connection.ReadHeadAsync();
            await stalled.Task;
        });
        using var api = Api(server);
        var body = new WatchedBody(256 << 20);
        attempt.OnStep = (step, moved) =>
        {
            if (step == "progress" && moved > 100_000)
            {
                attempt.OnStep = null;
                attempt.Expire(ErrorCodes.TimeoutTotal);
            }
        };
        var result = await api.SendAsync(new("u-1", 1, null, body), attempt);
        Assert.False(body.GiveBack());
        Assert.Same(ErrorCodes.TimeoutTotal, result.Failure?.Error.Code);
        Assert.DoesNotContain("response", attempt.Steps);
        stalled.SetResult();
    }

    [Fact]
    public async Task A_connect_limit_ends_the_call_before_anything_was_sent()
    {
        await using var server = new RawServer(async connection => await connection.ReadToEndAsync());
        using var api = Api(server);
        using var attempt = new RecordingAttempt();
        attempt.OnStep = (step, _) =>
        {
            if (step == "connecting")
            {
                attempt.Expire(ErrorCodes.TimeoutConnect);
            }
        };
        var body = new WatchedBody(1000);
        var result = await api.SendAsync(new("u-1", 1, null, body), attempt);
        Assert.Equal(FailureClass.Transient, result.Failure?.Class);
        Assert.Same(ErrorCodes.TimeoutConnect, result.Failure?.Error.Code);
        Assert.True(result.Failure!.TimedOut);
        Assert.Equal(0, body.Starts);
        Assert.Equal("connecting", attempt.Steps[0]);
    }

    [Fact]
    public async Task A_refused_connection_is_transient_also_for_an_attach()
    {
        string url;
        await using (var server = new RawServer(_ => Task.CompletedTask))
        {
            url = server.Url;
        }

        using var api = Api(url, new ConnectionOptions());
        using var attempt = new RecordingAttempt();
        var result = await api.AppendBlockAsync(new("p", "file", "u", null, null), attempt);
        Assert.Equal(FailureClass.Transient, result.Failure?.Class);
        Assert.Contains("ConnectionRefused", result.Failure!.Error.Message, StringComparison.Ordinal);
        Assert.Equal(["connecting"], attempt.Steps);
    }

    [Fact]
    public async Task An_attach_whose_answer_was_lost_is_ambiguous_and_is_sent_once()
    {
        var appends = 0;
        await using var server = new RawServer(async connection =>
        {
            while (await connection.ReadAsync() is { } request)
            {
                if (request.Line.StartsWith("PATCH", StringComparison.Ordinal))
                {
                    appends++;
                    return; // saved, says the server, and is gone
                }

                await connection.AnswerAsync(200, """{"id":"bot","bot":{}}""");
            }
        });
        using var api = Api(server);
        using var attempt = new RecordingAttempt();
        Assert.True((await api.UsersMeAsync(attempt)).IsSuccess); // the append goes out on a connection that was used before
        var result = await api.AppendBlockAsync(new("p", "file", "u", null, null), attempt);
        Assert.Equal(FailureClass.Ambiguous, result.Failure?.Class);
        Assert.Equal(1, appends);
    }

    [Fact]
    public async Task A_complete_whose_answer_was_lost_is_not_repeated_behind_our_back()
    {
        var completes = 0;
        await using var server = new RawServer(async connection =>
        {
            while (await connection.ReadAsync() is { } request)
            {
                if (request.Line.Contains("/complete ", StringComparison.Ordinal))
                {
                    completes++;
                    Assert.Equal("0", request.Headers["Content-Length"]);
                    return;
                }

                await connection.AnswerAsync(200, """{"id":"bot","bot":{}}""");
            }
        });
        using var api = Api(server);
        using var attempt = new RecordingAttempt();
        Assert.True((await api.UsersMeAsync(attempt)).IsSuccess);
        Assert.Equal(FailureClass.Transient, (await api.CompleteAsync("u-1", attempt)).Failure?.Class);
        Assert.Equal(1, completes);
    }

    [Fact]
    public async Task A_connection_is_left_after_its_last_request_and_no_request_is_lost()
    {
        var served = new List<int>();
        await using var server = new RawServer(async connection =>
        {
            served.Add(0);
            while (await connection.ReadAsync() is not null)
            {
                served[connection.Number]++;
                await connection.AnswerAsync(200, """{"id":"bot","bot":{}}""");
            }
        });
        using var api = Api(server, options => options.MaxRequestsPerConnection = 3);
        using var attempt = new RecordingAttempt();
        for (var i = 0; i < 7; i++)
        {
            Assert.True((await api.UsersMeAsync(attempt)).IsSuccess);
        }

        Assert.Equal([3, 3, 1], served);
        Assert.Equal(1, api.Connections.Open);
    }

    [Theory]
    [InlineData(503, 2)]
    [InlineData(409, 2)]
    [InlineData(429, 1)]
    [InlineData(404, 1)]
    public async Task After_a_transient_failure_the_next_call_uses_another_connection(int status, int connections)
    {
        await using var server = new RawServer(async connection =>
        {
            while (await connection.ReadAsync() is not null)
            {
                await connection.AnswerAsync(status, """{"code":"conflict_error","message":"m"}""");
            }
        });
        using var api = Api(server);
        using var attempt = new RecordingAttempt();
        Assert.False((await api.RetrieveAsync("u", attempt)).IsSuccess);
        Assert.False((await api.RetrieveAsync("u", attempt)).IsSuccess);
        Assert.Equal(connections, server.Connections);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"id\"")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n<html>")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("")]
    public async Task An_answer_that_breaks_off_or_is_none_is_transient(string answer)
    {
        await using var server = new RawServer(async connection =>
        {
            await connection.ReadAsync();
            await connection.WriteAsync(answer);
        });
        using var api = Api(server);
        using var attempt = new RecordingAttempt();
        Assert.Equal(FailureClass.Transient, (await api.RetrieveAsync("u", attempt)).Failure?.Class);
    }

    [Fact]
    public async Task A_refusal_whose_page_never_ends_is_taken_by_its_status()
    {
        using var attempt = new RecordingAttempt();
        await using var server = new RawServer(async connection =>
        {
            await connection.ReadAsync();
            await connection.WriteAsync("HTTP/1.1 429 x\r\nRetry-After: 11\r\nContent-Length: 50000\r\n\r\n<html>");
            attempt.Expire(ErrorCodes.TimeoutRead);
            await connection.ReadToEndAsync();
        });
        using var api = Api(server);
        attempt.OnStep = null;
        var result = await api.RetrieveAsync("u", attempt);
        Assert.Contains(result.Failure?.Class, new FailureClass?[] { FailureClass.ToldToWait, FailureClass.Transient }); // the limit may have come before the status was read
        Assert.True(result.Failure!.RetryAfter == TimeSpan.FromSeconds(11) || result.Failure.TimedOut);
    }

    [Fact]
    public async Task Over_TLS_the_same_holds_and_connecting_includes_the_handshake()
    {
        using var certificate = SelfSigned();
        var served = new List<int>();
        await using var server = new RawServer(
            async connection =>
            {
                served.Add(0);
                while (await connection.ReadAsync() is not null)
                {
                    var status = ++served[connection.Number] == 2 && connection.Number == 0 ? 503 : 200;
                    await connection.AnswerAsync(status, Upload);
                }
            },
            certificate);
        var options = new ConnectionOptions { MaxRequestsPerConnection = 2 };
        using var handler = NotionHttpHandlerFactory.Create(options, NotionHttpHandlerFactory.CreateConnections(options));
        handler.SslOptions.RemoteCertificateValidationCallback = (_, found, _, _) => found?.GetCertHashString() == certificate.GetCertHashString();
        using var api = new NotionHttpApi(new NotionOptions { Url = server.Url }, options, NotionToken.Parse("t0ken"), TimeProvider.System, handler);

        using var attempt = new RecordingAttempt();
        Assert.True((await api.SendAsync(new("u-1", 1, "video/mp4", new WatchedBody(3_000_000)), attempt)).IsSuccess);
        Assert.Equal(["connecting", "connected", "sent", "response"], attempt.Steps);
        Assert.Equal(FailureClass.Transient, (await SendAsync(api, new WatchedBody(1000))).Failure?.Class);
        for (var i = 0; i < 3; i++)
        {
            Assert.True((await SendAsync(api, new WatchedBody(1000))).IsSuccess);
        }

        Assert.Equal([2, 2, 1], served);
    }

    [Fact]
    public async Task A_server_whose_certificate_is_not_trusted_gets_nothing()
    {
        using var certificate = SelfSigned();
        var served = 0;
        await using var server = new RawServer(
            async connection =>
            {
                served += await connection.ReadHeadAsync() is null ? 0 : 1;
            },
            certificate);
        using var api = Api(server);
        using var attempt = new RecordingAttempt();
        var result = await api.UsersMeAsync(attempt);
        Assert.Equal(FailureClass.Transient, result.Failure?.Class);
        Assert.Contains("SecureConnectionError", result.Failure!.Error.Message, StringComparison.Ordinal);
        Assert.Equal(0, served);
    }

    [Fact]
    public async Task A_proxy_is_used_where_one_is_set()
    {
        RawRequest? seen = null;
        await using var proxy = new RawServer(async connection =>
        {
            seen = await connection.ReadAsync();
            await connection.AnswerAsync(200, """{"id":"bot","bot":{}}""");
            await connection.ReadToEndAsync();
        });
        using var api = Api("http://notion.invalid", new ConnectionOptions { Proxy = proxy.Url });
        using var attempt = new RecordingAttempt();
        Assert.True((await api.UsersMeAsync(attempt)).IsSuccess);
        Assert.Equal("GET http://notion.invalid/v1/users/me HTTP/1.1", seen!.Line);
    }

    [Fact]
    public async Task Redirects_are_not_followed_and_the_token_goes_nowhere_else()
    {
        var elsewhere = 0;
        await using var other = new RawServer(async connection =>
        {
            elsewhere++;
            await connection.ReadToEndAsync();
        });
        var location = other.Url;
        await using var server = new RawServer(async connection =>
        {
            await connection.ReadAsync();
            await connection.AnswerAsync(307, "", $"Location: {location}/v1/users/me\r\nSet-Cookie: a=b\r\n");
            await connection.ReadToEndAsync();
        });
        using var api = Api(server);
        using var attempt = new RecordingAttempt();
        Assert.Equal(FailureClass.Permanent, (await api.UsersMeAsync(attempt)).Failure?.Class);
        Assert.Equal(0, elsewhere);
    }

    [Fact]
    public async Task A_stored_file_comes_back_over_broken_connections_without_the_token()
    {
        const int Length = 3_000_000;
        var asked = new List<string>();
        await using var server = new RawServer(async connection =>
        {
            var request = (await connection.ReadAsync())!;
            Assert.False(request.Headers.ContainsKey("Authorization"));
            var from = request.Headers.TryGetValue("Range", out var range) ? int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture) : 0;
            asked.Add(range ?? "all");
            var status = from == 0 ? "200 OK" : "206 Partial";
            await connection.WriteAsync($"HTTP/1.1 {status}\r\nETag: \"e\"\r\nContent-Range: bytes {from}-{Length - 1}/{Length}\r\nContent-Length: {Length - from}\r\n\r\n");
            var upTo = from == 0 ? 1_000_000 : Length;
            await connection.WriteAsync(new string('x', upTo - from));
        });
        using var reader = new NotionFileReader(new ConnectionOptions(), new(), new() { InitialDelay = TimeSpan.Zero }, TimeProvider.System, clearText: true);
        using var destination = new MemoryStream();
        var url = server.Url + "/file?signature=1";
        var error = await reader.CopyAsync(_ => Task.FromResult<NotionResult<NotionFile>>(new NotionFile("f", "file", url)), Length, destination, TestContext.Current.CancellationToken);
        Assert.Null(error);
        Assert.Equal(Length, destination.Length);
        Assert.Equal(["all", "bytes=1000000-"], asked);
        Assert.All(destination.ToArray(), b => Assert.Equal((byte)'x', b));
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
    }

    private static async Task<NotionResult<NotionFileUpload>> SendAsync(NotionHttpApi api, WatchedBody body)
    {
        using var attempt = new RecordingAttempt();
        return await api.SendAsync(new("u-1", 1, "video/mp4", body), attempt);
    }

    private static NotionHttpApi Api(RawServer server, Action<ConnectionOptions>? configure = null)
    {
        var options = new ConnectionOptions();
        configure?.Invoke(options);
        return Api(server.Url, options);
    }

    private static NotionHttpApi Api(string url, ConnectionOptions options) =>
        new(new NotionOptions { Url = url }, options, NotionToken.Parse("t0ken"), TimeProvider.System);
}
