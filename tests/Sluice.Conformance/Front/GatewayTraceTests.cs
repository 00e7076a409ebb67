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
        using var first = new Activity("first").Start();
        Assert.Equal(1000, await world.PatchAsync(path, 0, new byte[1000]));
        first.Stop();
        using var second = new Activity("second").Start();
        for (var offset = 1000; offset < 2000;)
        {
            offset = await world.PatchAsync(path, offset, new byte[2000 - offset]);
        }

        second.Stop();
        Activity? upload = null;
        await Eventually.HoldsAsync(() => (upload = ended.FirstOrDefault(a => a.OperationName == "upload" && a.TraceId == first.TraceId)) is not null);
        await Eventually.HoldsAsync(() => ended.Any(a => a.SpanId == upload!.ParentSpanId));
        var request = ended.Single(a => a.SpanId == upload!.ParentSpanId);
        Assert.Equal((ActivityKind.Server, "Microsoft.AspNetCore"), (request.Kind, request.Source.Name));

        // The request that brought the rest is named beside it, and the send is below the upload.
        Assert.Equal([second.TraceId], upload!.Links.Select(link => link.Context.TraceId).Distinct());
        var send = ended.Single(a => a.TraceId == upload.TraceId && a.Kind == ActivityKind.Client && a.GetTagItem("url.full") is string url && url.EndsWith("/send", StringComparison.Ordinal));
        Assert.Contains(ended, a => a.SpanId == send.ParentSpanId && a.TraceId == upload.TraceId);
    }
}
