namespace Sluice.Checkpoints.InMemory;

/// <summary>Pace, not-before and learned rate in memory.</summary>
internal sealed class InMemoryConnections(InMemoryGate gate) : IConnectionStore
{
    private static readonly InMemoryConnection Fresh = new([], long.MinValue, null, 0);

    public ValueTask<PaceAnswer> LeasePaceAsync(PaceRequest request, CancellationToken cancellationToken) =>
        gate.WriteAsync("connections.lease_pace", Durability.Process, (state, now) =>
        {
            var connection = state.Connections.GetValueOrDefault(request.ConnectionId, Fresh);
            var rate = connection.Rate is not null && now - connection.RateAt < IConnectionStore.RateIsKept.Ticks ? connection.Rate : null;
            var (ledger, answer) = PaceLedger.Lease(connection.Ledger, request, now, Remaining(connection.NotBefore, now), rate);
            return (With(state, request.ConnectionId, connection with { Ledger = ledger }), answer);
        }, cancellationToken);

    public ValueTask<TimeSpan> RaiseNotBeforeAsync(string connectionId, TimeSpan wait, CancellationToken cancellationToken) =>
        gate.WriteAsync("connections.raise_not_before", Durability.Process, (state, now) =>
        {
            var connection = state.Connections.GetValueOrDefault(connectionId, Fresh);
            var notBefore = Math.Max(connection.NotBefore, now + wait.Ticks);
            return (With(state, connectionId, connection with { NotBefore = notBefore }), Remaining(notBefore, now));
        }, cancellationToken);

    public async ValueTask SaveRateAsync(string connectionId, int? requestsPerMinute, CancellationToken cancellationToken) =>
        await gate.WriteAsync("connections.save_rate", Durability.Process, (state, now) =>
        {
            var connection = state.Connections.GetValueOrDefault(connectionId, Fresh);
            return (With(state, connectionId, connection with { Rate = requestsPerMinute, RateAt = now }), true);
        }, cancellationToken).ConfigureAwait(false);

    private static InMemoryState With(InMemoryState state, string id, InMemoryConnection connection) =>
        state with { Connections = state.Connections.SetItem(id, connection) };

    private static TimeSpan Remaining(long notBefore, long now) => notBefore > now ? TimeSpan.FromTicks(notBefore - now) : TimeSpan.Zero;
}
