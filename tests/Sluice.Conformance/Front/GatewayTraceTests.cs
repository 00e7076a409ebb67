using System.Collections.Concurrent;
using System.Diagnostics;
using Xunit;

namespace Sluice.Conformance.Front;

/// <summary>One trace from the client's request to the call at Notion.</summary>
public sealed class GatewayTraceTests
{
    [Fact]
    public async Task A_request_its_upload_and_the_calls_to_Notion_are_one_trace()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name is "Sluice" or "Microsoft.AspNetCore",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var world = await GatewayWorld.StartAsync();
        using var made = await world.CreateAsync(2000);
        var path = made.Headers.Location!.OriginalString;
        Assert.Equal(1000, await world.PatchAsync(path, 0, new byte[1000]));
        for (var offset = 1000; offset < 2000;)
        {
            offset = await world.PatchAsync(path, offset, new byte[2000 - offset]);
        }

        Activity? upload = null;
        await Eventually.HoldsAsync(() => (upload = ended.FirstOrDefault(a => a.OperationName == "upload" && ended.Any(request => request.SpanId == a.ParentSpanId && Path(request) == path))) is not null);
        var first = ended.Single(a => a.SpanId == upload!.ParentSpanId);
        Assert.Equal((ActivityKind.Server, first.TraceId), (first.Kind, upload!.TraceId));

        // The request that brought the rest is named beside it, and the send is below the upload.
        Assert.Contains(upload.Links, link => ended.Any(request => request.SpanId == link.Context.SpanId && Path(request) == path && request.TraceId != upload.TraceId));
        var send = ended.Single(a => a.TraceId == upload.TraceId && a.Kind == ActivityKind.Client && ((string?)a.GetTagItem("url.full"))!.EndsWith("/send", StringComparison.Ordinal));
        Assert.Contains(ended, a => a.SpanId == send.ParentSpanId && a.TraceId == upload.TraceId);
    }

    private static string? Path(Activity request) => request.GetTagItem("url.path") as string ?? request.DisplayName.Split(' ').Last();
}
