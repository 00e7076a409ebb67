namespace Sluice.Checkpoints.InMemory;

/// <summary>Keys in memory.</summary>
internal sealed class InMemoryKeys(InMemoryGate gate) : IKeyStore
{
    public async ValueTask AddAsync(KeyRecord key, CancellationToken cancellationToken) =>
        await gate.WriteAsync("keys.add", Durability.Power, (state, _) =>
            state.Keys.ContainsKey(key.Id)
                ? throw new InvalidOperationException($"Key {key.Id} exists already.")
                : (state with { Keys = state.Keys.Add(key.Id, key) }, true), cancellationToken).ConfigureAwait(false);

    public ValueTask<KeyRecord?> FindAsync(string id, CancellationToken cancellationToken) =>
        gate.ReadAsync("keys.find", (state, _) => state.Keys.GetValueOrDefault(id), cancellationToken);

    public ValueTask<IReadOnlyList<KeyRecord>> ListAsync(CancellationToken cancellationToken) =>
        gate.ReadAsync<IReadOnlyList<KeyRecord>>("keys.list", (state, _) => [.. state.Keys.Values], cancellationToken);

    public ValueTask<bool> RevokeAsync(string id, CancellationToken cancellationToken) =>
        gate.WriteAsync("keys.revoke", Durability.Power, (state, _) =>
            state.Keys.TryGetValue(id, out var key) && !key.Revoked
                ? (state with { Keys = state.Keys.SetItem(id, key with { Revoked = true }) }, true)
                : (state, false), cancellationToken);
}
