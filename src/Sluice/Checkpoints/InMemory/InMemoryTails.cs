namespace Sluice.Checkpoints.InMemory;

/// <summary>Tails in memory.</summary>
internal sealed class InMemoryTails(InMemoryGate gate) : ITailStore
{
    public ValueTask<StoreOutcome> WriteAsync(string uploadId, Lease lease, TailRecord tail, CancellationToken cancellationToken)
    {
        var copy = tail with { Bytes = tail.Bytes.ToArray() };
        return gate.WriteAsync("tails.write", Durability.Process, (state, now) =>
            state.Refusal(uploadId, lease, tail.Generation) is { } refusal
                ? (state, refusal)
                : (Touched(state with { Tails = state.Tails.SetItem(uploadId, copy) }, uploadId, now), StoreOutcome.Written), cancellationToken);
    }

    public ValueTask<TailRecord?> ReadAsync(string uploadId, CancellationToken cancellationToken) =>
        gate.ReadAsync("tails.read", (state, _) => state.Tails.GetValueOrDefault(uploadId), cancellationToken);

    public ValueTask<StoreOutcome> DeleteAsync(string uploadId, Lease lease, CancellationToken cancellationToken) =>
        gate.WriteAsync("tails.delete", Durability.Process, (state, now) =>
            state.Refusal(uploadId, lease, generation: null) is { } refusal
                ? (state, refusal)
                : (Touched(state with { Tails = state.Tails.Remove(uploadId) }, uploadId, now), StoreOutcome.Written), cancellationToken);

    private static InMemoryState Touched(InMemoryState state, string id, long now) =>
        state with { Uploads = state.Uploads.SetItem(id, state.Uploads[id] with { Changed = now }) };
}
