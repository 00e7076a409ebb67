using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Sluice.EndToEnd.Running;

namespace Sluice.EndToEnd.Commands;

/// <summary><c>/metrics</c> of the running gateway, as Prometheus reads it.</summary>
public sealed class MetricsTests
{
    [Fact]
    public async Task Metrics_tell_what_happened_to_whoever_may_read()
    {
        await using var place = await Place.OpenAsync();
        var path = place.Write("a.txt", 6 << 20);
        var reads = (await place.RunAsync("key", "create", "--owner", "prometheus", "--scope", "read")).Exits(0).Out.Trim();
        var uploads = (await place.RunAsync("key", "create", "--owner", "ci", "--scope", "upload")).Exits(0).Out.Trim();
        var gateway = place.StartExactly("serve", "--listen", "http://127.0.0.1:0", "--to", Place.Page);
        using var http = new HttpClient { BaseAddress = await DoorAsync(gateway) };
        Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync(http, null)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await GetAsync(http, uploads)).Status);

        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", uploads);
        await using (var file = File.OpenRead(path))
        {
            using var content = new StreamContent(file);
            using var answer = await http.PutAsync("/files/a.txt", content, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        }

        var (status, text) = await GetAsync(http, reads);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(1, Value(text, "sluice_uploads_total", "outcome=\"done\""));
        Assert.InRange(Value(text, "sluice_parts_total", "outcome=\"acknowledged\""), 1, 2);
        Assert.Equal(6 << 20, Value(text, "sluice_bytes_total", "direction=\"in\""));
        Assert.Equal(0, Value(text, "sluice_breaker_state", ""));
        Assert.Equal(0, Value(text, "sluice_uploads_open", ""));
        Assert.Equal(0, Value(text, "sluice_alerts", "alert=\"queue_full\""));
        Assert.InRange(Value(text, "sluice_process_memory_bytes", ""), 10 << 20, 500 << 20);
        Assert.Contains("dotnet_gc", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_and_traces_go_by_OTLP_where_an_endpoint_is_named_and_hold_no_secret()
    {
        await using var place = await Place.OpenAsync();
        using var collector = new HttpListener();
        var address = $"http://127.0.0.1:{FreePort()}";
        collector.Prefixes.Add(address + "/");
        collector.Start();
        place.Variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = address;
        place.Variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        place.Variables["OTEL_BSP_SCHEDULE_DELAY"] = place.Variables["OTEL_METRIC_EXPORT_INTERVAL"] = "300";
        var gateway = place.StartExactly("serve", "--listen", "http://127.0.0.1:0");
        using var http = new HttpClient { BaseAddress = await DoorAsync(gateway) };
        using (var content = new ByteArrayContent(new byte[1000]))
        {
            using var answer = await http.PutAsync("/files/a.txt", content, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        }

        // Protobuf holds names as they are: a trace with the upload and the send below it, and the counters.
        var (traces, metrics) = ("", "");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        while (!(traces.Contains("upload", StringComparison.Ordinal) && traces.Contains("/send", StringComparison.Ordinal) && metrics.Contains("sluice.uploads", StringComparison.Ordinal)))
        {
            var context = await collector.GetContextAsync().WaitAsync(limit.Token);
            using var reader = new StreamReader(context.Request.InputStream, System.Text.Encoding.Latin1);
            var body = await reader.ReadToEndAsync(limit.Token);
            traces += context.Request.Url!.AbsolutePath == "/v1/traces" ? body : "";
            metrics += context.Request.Url!.AbsolutePath == "/v1/metrics" ? body : "";
            context.Response.Close();
        }

        Assert.DoesNotContain(place.Variables["NOTION_TOKEN"], traces + metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("a.txt", metrics, StringComparison.Ordinal);
    }

    /// <summary>The value of the one line that begins with a name and holds a label.</summary>
    private static double Value(string text, string name, string label) =>
        double.Parse(
            Assert.Single(text.Split('\n'), line => (line.StartsWith(name + "{", StringComparison.Ordinal) || line.StartsWith(name + " ", StringComparison.Ordinal)) && line.Contains(label, StringComparison.Ordinal)).Split("} ").Last().Split(' ')[0],
            System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<Uri> DoorAsync(RunningProgram gateway)
    {
        await Bounds.UntilAsync(() => Task.FromResult(gateway.Out.Contains("/api/status", StringComparison.Ordinal) || gateway.IsOver), () => gateway.Out + gateway.Error);
        return new Uri(Regex.Match(gateway.Out, @"http://127\.0\.0\.1:\d+", RegexOptions.None, TimeSpan.FromSeconds(1)).Value);
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<(HttpStatusCode Status, string Text)> GetAsync(HttpClient http, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
