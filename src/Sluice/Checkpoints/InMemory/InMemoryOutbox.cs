namespace Sluice.Checkpoints.InMemory;

/// <summary>Events in memory.</summary>
internal sealed class InMemoryOutbox(InMemoryGate gate) : IOutbox
{
    /// <summary>The state with an event that is due at once; an event that is there already is not put in twice.</summary>
    public static InMemoryState With(InMemoryState state, OutboxEvent item, long now)
    {
        if (state.Outbox.Values.Any(other => other.Event.Id == item.Id))
        {
            return state;
        }

        var sequence = state.Sequence + 1;
        return state with { Sequence = sequence, Outbox = state.Outbox.Add(sequence, new(item, now)) };
    }

    public ValueTask<IReadOnlyList<OutboxEvent>> TakeAsync(int limit, TimeSpan hideFor, CancellationToken cancellationToken) =>
        gate.WriteAsync<IReadOnlyList<OutboxEvent>>("outbox.take", Durability.Process, (state, now) =>
        {
            var taken = new List<OutboxEvent>();
            foreach (var (sequence, row) in state.Outbox)
            {
                if (taken.Count == limit)
                {
                    break;
                }

                if (row.Due <= now)
                {
                    var handed = row.Event with { Tries = row.Event.Tries + 1 };
                    taken.Add(handed);
                    state = state with { Outbox = state.Outbox.SetItem(sequence, new(handed, now + hideFor.Ticks)) };
                }
            }

            return (state, taken);
        }, cancellationToken);

    public async ValueTask DoneAsync(string eventId, CancellationToken cancellationToken) =>
        await gate.WriteAsync("outbox.done", Durability.Process, (state, _) =>
            (state with { Outbox = state.Outbox.RemoveRange(state.Outbox.Where(pair => pair.Value.Event.Id == eventId).Select(pair => pair.Key)) }, true), cancellationToken).ConfigureAwait(false);

    public async ValueTask RetryAsync(string eventId, TimeSpan delay, CancellationToken cancellationToken) =>
        await gate.WriteAsync("outbox.retry", Durability.Process, (state, now) =>
            (state with
            {
                Outbox = state.Outbox.SetItems(state.Outbox.Where(pair => pair.Value.Event.Id == eventId).Select(pair => KeyValuePair.Create(pair.Key, pair.Value with { Due = now + delay.Ticks }))),
            }, true), cancellationToken).ConfigureAwait(false);
}
