using Microsoft.Extensions.Logging;
using Sluice.AspNetCore.Hosting;
using Sluice.AspNetCore.Security;
using Sluice.Checkpoints;
using Sluice.Errors;

namespace Sluice.AspNetCore.Api;

/// <summary>
/// Feeds the event streams: once a second, for each owner that looks, one document of its own uploads and one of the status,
/// shared by all its viewers and sent only where something changed. Works only while somebody looks.
/// </summary>
internal sealed partial class EventHub(OwnUploads own, StatusBoard board, GatewayDrain drain, TimeProvider time, ILogger<EventHub> log)
{
    public const int MaxStreams = 50;
    public const int MaxUploads = 100;

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly List<EventSlot> _slots = [];
    private readonly Dictionary<string, byte[]> _sent = [];
    private Task _work = Task.CompletedTask;

    /// <summary>Enters a viewer; null where there are as many as allowed.</summary>
    public EventSlot? Enter(Caller caller)
    {
        lock (_lock)
        {
            if (_slots.Count >= MaxStreams)
            {
                return null;
            }

            var slot = new EventSlot(caller);
            _slots.Add(slot);

            // Whoever comes is told where things stand, changed or not.
            _sent.Remove(ViewOf(caller));
            if (_slots.Count == 1)
            {
                var before = _work;
                _work = Task.Run(() => RunAsync(before), CancellationToken.None);
            }

            return slot;
        }
    }

    public void Leave(EventSlot slot)
    {
        lock (_lock)
        {
            _slots.Remove(slot);
            if (_slots.All(other => ViewOf(other.Caller) != ViewOf(slot.Caller)))
            {
                _sent.Remove(ViewOf(slot.Caller));
            }
        }
    }

    /// <summary>Admins see everybody's uploads, others their own.</summary>
    private static string ViewOf(Caller caller) => caller.IsAdmin ? "" : caller.Owner;

    private async Task RunAsync(Task before)
    {
        await before;
        while (Groups() is { Count: > 0 } groups && !drain.IsDraining)
        {
            foreach (var slots in groups)
            {
                await TellAsync(slots);
            }

            try
            {
                await Task.Delay(Tick, time, drain.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private List<List<EventSlot>> Groups()
    {
        lock (_lock)
        {
            return [.. _slots.GroupBy(slot => ViewOf(slot.Caller)).Select(group => group.ToList())];
        }
    }

    private async Task TellAsync(List<EventSlot> slots)
    {
        byte[] value;
        try
        {
            value = await ValueAsync(slots[0].Caller);
        }
        catch (Exception e) when (e is StoreUnavailableException or SluiceException or OperationCanceledException)
        {
            Missed(log, e);
            return;
        }

        lock (_lock)
        {
            var view = ViewOf(slots[0].Caller);
            if (_sent.TryGetValue(view, out var sent) && sent.AsSpan().SequenceEqual(value))
            {
                return;
            }

            _sent[view] = value;

            // Whoever came while the value was made is told it too.
            slots = [.. _slots.Where(slot => ViewOf(slot.Caller) == view)];
        }

        foreach (var slot in slots)
        {
            slot.Offer(value);
        }
    }

    private async ValueTask<byte[]> ValueAsync(Caller caller)
    {
        var uploads = JsonAnswer.Bytes(json =>
        {
            json.WriteStartArray();
            foreach (var view in own.Live(caller, MaxUploads))
            {
                UploadJson.Write(json, view);
            }

            json.WriteEndArray();
        });
        byte[] status = await board.DocumentAsync(drain.Token);
        return [.. "event: uploads\ndata: "u8, .. uploads, .. "\n\nevent: status\ndata: "u8, .. status, .. "\n\n"u8];
    }

    [LoggerMessage(3010, LogLevel.Debug, "Event streams were not fed this second.")]
    private static partial void Missed(ILogger logger, Exception exception);
}
