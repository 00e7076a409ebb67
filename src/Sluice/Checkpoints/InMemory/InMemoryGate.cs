namespace Sluice.Checkpoints.InMemory;

/// <summary>The way of one process to the shared state: every call passes here, and meets the faults asked for.</summary>
internal sealed class InMemoryGate(InMemoryCore core, StoreFaults? faults)
{
    public InMemoryCore Core => core;

    public ValueTask<T> ReadAsync<T>(string operation, Func<InMemoryState, long, T> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return faults is null
            ? ValueTask.FromResult(read(core.State, core.Now))
            : new(UnderFaultsAsync(operation, () => read(core.State, core.Now), cancellationToken));
    }

    /// <summary>Makes a change; those who watch the lease <paramref name="leaseKey"/> look again in the moment it takes effect.</summary>
    public ValueTask<T> WriteAsync<T>(
        string operation, Durability durability, Func<InMemoryState, long, (InMemoryState Next, T Result)> change, CancellationToken cancellationToken, string? leaseKey = null)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return faults is null
            ? ValueTask.FromResult(Effect())
            : new(UnderFaultsAsync(operation, Effect, cancellationToken));

        T Effect()
        {
            var result = core.Commit(durability, change);
            if (leaseKey is not null)
            {
                core.LeaseChanged(leaseKey);
            }

            return result;
        }
    }

    private async Task<T> UnderFaultsAsync<T>(string operation, Func<T> effect, CancellationToken cancellationToken)
    {
        // 1. On the way there: cancelled, failed and dead calls leave no trace.
        await DelayAsync(faults!.DelayBefore, operation, cancellationToken).ConfigureAwait(false);
        await HangWhereDeadAsync(cancellationToken).ConfigureAwait(false);
        if (faults.Failure?.Invoke(operation) is { } failure)
        {
            throw failure;
        }

        // 2. It takes effect.
        var result = effect();

        // 3. On the way back: what took effect is not undone by a cancellation.
        await DelayAsync(faults.DelayAfter, operation, CancellationToken.None).ConfigureAwait(false);
        await HangWhereDeadAsync(cancellationToken).ConfigureAwait(false);
        return result;
    }

    private async Task DelayAsync(Func<string, TimeSpan>? delay, string operation, CancellationToken cancellationToken)
    {
        if (delay?.Invoke(operation) is { } length && length > TimeSpan.Zero)
        {
            await Task.Delay(length, core.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task HangWhereDeadAsync(CancellationToken cancellationToken) =>
        faults!.Dead ? Task.Delay(Timeout.InfiniteTimeSpan, core.Time, cancellationToken) : Task.CompletedTask;
}
