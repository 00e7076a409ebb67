namespace Sluice.Checkpoints.InMemory;

/// <summary>Leases in memory. Only held leases have a row; the fence is counted over all keys, so it grows although rows go.</summary>
internal sealed class InMemoryLeases(InMemoryGate gate) : ILeaseStore
{
    public ValueTask<LeaseAnswer> AcquireAsync(string key, string holder, TimeSpan duration, string? address, CancellationToken cancellationToken)
    {
        var other = gate.Core.State.Leases.TryGetValue(key, out var before) && before.Holder != holder ? before.Holder : null;
        var dead = other is not null && gate.Core.Liveness?.IsKnownDead(other) == true ? other : null;
        return gate.WriteAsync("leases.acquire", Durability.Power, (state, now) =>
        {
            var row = state.Leases.GetValueOrDefault(key);
            if (row is not null && row.Holder != holder && row.Holder != dead && row.Until > now)
            {
                return (state, new LeaseAnswer(null, row.Holder, TimeSpan.FromTicks(row.Until - now), row.Address));
            }

            var fence = state.Fence + 1;
            var taken = new InMemoryLease(holder, fence, now + duration.Ticks, address, LetGo: false);
            return (state with { Fence = fence, Leases = state.Leases.SetItem(key, taken) }, new LeaseAnswer(new(key, holder, fence)) { TakenOver = row is null ? null : TimeSpan.FromTicks(Math.Max(0, now - row.Until)) });
        }, cancellationToken, key);
    }

    public ValueTask<LeaseRenewal> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken) =>
        gate.WriteAsync("leases.renew", Durability.Process, (state, now) =>
            Current(state, lease) is { } row
                ? (state with { Leases = state.Leases.SetItem(lease.Key, row with { Until = now + duration.Ticks }) }, row.LetGo ? LeaseRenewal.LetGo : LeaseRenewal.Held)
                : (state, LeaseRenewal.Lost), cancellationToken);

    public async ValueTask ReleaseAsync(Lease lease, CancellationToken cancellationToken) =>
        await gate.WriteAsync("leases.release", Durability.Process, (state, _) =>
            Current(state, lease) is null ? (state, false) : (state with { Leases = state.Leases.Remove(lease.Key) }, true), cancellationToken, lease.Key).ConfigureAwait(false);

    public async ValueTask AskToLetGoAsync(string key, CancellationToken cancellationToken) =>
        await gate.WriteAsync("leases.ask_to_let_go", Durability.Process, (state, _) =>
            state.Leases.TryGetValue(key, out var row) && !row.LetGo
                ? (state with { Leases = state.Leases.SetItem(key, row with { LetGo = true }) }, true)
                : (state, false), cancellationToken, key).ConfigureAwait(false);

    public async Task WatchAsync(Lease lease, CancellationToken cancellationToken)
    {
        while (true)
        {
            // The signal is taken before the look, so that a change between the two is not missed.
            var change = gate.Core.NextChangeOf(lease.Key);
            var over = await gate.ReadAsync("leases.watch", (state, _) => Current(state, lease) is not { LetGo: false }, cancellationToken).ConfigureAwait(false);
            if (over)
            {
                return;
            }

            await change.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static InMemoryLease? Current(InMemoryState state, Lease lease) =>
        state.Leases.TryGetValue(lease.Key, out var row) && row.Fence == lease.Fence && row.Holder == lease.Holder ? row : null;
}
