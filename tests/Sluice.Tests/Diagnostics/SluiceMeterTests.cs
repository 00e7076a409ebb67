using System.Reflection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Notion;
using Sluice.Tests.Resilience;
using Sluice.Transfer;
using Xunit;

namespace Sluice.Tests.Diagnostics;

[Collection(AloneOnVirtualTime.Name)] // listeners are the process's: those of other tests would be seen here
public sealed class SluiceMeterTests
{
    [Fact]
    public void Without_a_listener_nothing_is_allocated()
    {
        using var meter = new SluiceMeter();
        var telemetry = new UploadTelemetry(meter, NullLogger.Instance, TimeProvider.System);
        telemetry.Begins("u", goesOn: false);
        var view = new UploadView(TimeProvider.System, telemetry);
        var part = view.Begin(1, 10);
        var failure = new NotionFailure(FailureClass.Transient, new SluiceError(ErrorCodes.NotionUnreachable, "no"));

        void Everything()
        {
            view.Waiting(WaitReason.Client);
            part.Waiting(WaitReason.Sending, null);
            part.Sent(65536);
            part.Waiting(WaitReason.Response, null);
            telemetry.Read(65536);
            telemetry.AttemptEnded(1, null);
            telemetry.AttemptEnded(1, failure);
            telemetry.Retried();
            telemetry.Checkpointed();
            meter.MemoryPressureRose("high");
            meter.BreakerOpened();
            Assert.Null(SluiceActivities.On ? "on" : null);
        }

        for (var i = 0; i < 100; i++)
        {
            Everything();
        }

        // What the runtime allocates once on this thread, when it compiles anew, is in one round; what a call allocates is in all.
        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ => Round()));

        long Round()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1000; i++)
            {
                Everything();
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void A_part_is_counted_under_one_reason_from_begin_to_end()
    {
        using var meter = new SluiceMeter();
        using var collected = new Collected(meter.Meter);
        var view = new UploadView(TimeProvider.System, new UploadTelemetry(meter, NullLogger.Instance, TimeProvider.System));
        var part = view.Begin(1, 10);
        Assert.Equal(UploadMetricsTests.Only("queue", 1), collected.ByTag("sluice.waiting"));

        foreach (var reason in Enum.GetValues<WaitReason>())
        {
            part.Waiting(reason, null);
            Assert.Equal(1, collected.ByTag("sluice.waiting").Values.Sum());
        }

        // Between two steps it stays with the reason it had.
        part.Waiting(WaitReason.None, null);
        Assert.Equal(1, collected.Sum("sluice.waiting{attaching}"));

        view.End(part);
        part.Waiting(WaitReason.Sending, null);
        view.End(part);
        Assert.All(collected.ByTag("sluice.waiting").Values, v => Assert.Equal(0, v));
        Assert.Equal(1, collected.Sum("sluice.parts{not_acknowledged}"));
    }

    [Fact]
    public void Wait_reasons_are_spelled_with_dashes() =>
        Assert.Equal(
            ["none", "client", "memory", "spool", "queue", "gate", "breaker", "permit", "pace", "not-before", "connect", "sending", "response", "retry", "checkpoint", "completing", "attaching"],
            Enum.GetValues<WaitReason>().Select(WaitNames.Of));

    [Fact]
    public void Event_ids_of_the_log_are_stable_numbers_used_once()
    {
        var events = typeof(SluiceMeter).Assembly.GetTypes()
            .SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(m => (Method: $"{m.DeclaringType!.Name}.{m.Name}", Log: m.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(m => m.Log is not null)
            .ToArray();
        Assert.InRange(events.Length, 10, 200);
        Assert.Equal(events.Length, events.DistinctBy(e => e.Log!.EventId).Count());
        Assert.All(events, e => Assert.InRange(e.Log!.EventId, 100, 599));
    }
}
