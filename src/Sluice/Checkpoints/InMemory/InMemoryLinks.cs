namespace Sluice.Checkpoints.InMemory;

/// <summary>Links in memory.</summary>
internal sealed class InMemoryLinks(InMemoryGate gate) : ILinkStore
{
    public async ValueTask AddAsync(LinkRecord link, CancellationToken cancellationToken) =>
        await gate.WriteAsync("links.add", Durability.Power, (state, _) =>
            state.Links.ContainsKey(link.Id)
                ? throw new InvalidOperationException($"Link {link.Id} exists already.")
                : (state with { Links = state.Links.Add(link.Id, link) }, true), cancellationToken).ConfigureAwait(false);

    public ValueTask<LinkRecord?> FindAsync(string id, CancellationToken cancellationToken) =>
        gate.ReadAsync("links.find", (state, _) => state.Links.GetValueOrDefault(id), cancellationToken);

    public ValueTask<IReadOnlyList<LinkRecord>> ListAsync(string owner, CancellationToken cancellationToken) =>
        gate.ReadAsync<IReadOnlyList<LinkRecord>>("links.list", (state, _) => [.. state.Links.Values.Where(link => link.Owner == owner)], cancellationToken);

    public ValueTask<bool> UseAsync(string id, CancellationToken cancellationToken) =>
        gate.WriteAsync("links.use", Durability.Power, (state, _) =>
            state.Links.TryGetValue(id, out var link) && !link.Revoked && (link.MaxUses is null || link.Uses < link.MaxUses)
                ? (state with { Links = state.Links.SetItem(id, link with { Uses = link.Uses + 1 }) }, true)
                : (state, false), cancellationToken);

    public ValueTask<bool> RevokeAsync(string id, CancellationToken cancellationToken) =>
        gate.WriteAsync("links.revoke", Durability.Power, (state, _) =>
            state.Links.TryGetValue(id, out var link) && !link.Revoked
                ? (state with { Links = state.Links.SetItem(id, link with { Revoked = true }) }, true)
                : (state, false), cancellationToken);
}
