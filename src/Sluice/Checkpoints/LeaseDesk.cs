namespace Sluice.Checkpoints;

/// <summary>
/// One process's way to leases. The store tells processes apart, not the uploads within one, which all bear its name: those
/// take turns here first, in the order they came (tests/Sluice.Conformance/Checkpoints/LeaseDeskTests).
/// </summary>
internal sealed class LeaseDesk(ILeaseStore leases, string holder, LeaseOptions options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedList<TaskCompletionSource>> _taken = new(StringComparer.Ordinal);

    /// <summary>Asks for a lease until it is had or <paramref name="waitUpTo"/> is over, at least once. Throws <see cref="StoreUnavailableException"/>.</summary>
    public async Task<LeaseAttempt> AcquireAsync(string key, TimeSpan waitUpTo, CancellationToken cancellationToken)
    {
        // 1. The turn within this process.
        var begin = time.GetTimestamp();
        if (!await TakeTurnAsync(key, waitUpTo, cancellationToken).ConfigureAwait(false))
        {
            return new LeaseAttempt(null, holder);
        }

        // 2. The lease among processes; the turn is over with it.
        var kept = false;
        try
        {
            var left = waitUpTo - time.GetElapsedTime(begin);
            var attempt = await LeaseKeeper.AcquireAsync(leases, key, holder, options, null, left, false, time, cancellationToken).ConfigureAwait(false);
            attempt.Keeper?.WhenOver(() => GiveTurn(key));
            kept = attempt.Keeper is not null;
            return attempt;
        }
        finally
        {
            if (!kept)
            {
                GiveTurn(key);
            }
        }
    }

    private async Task<bool> TakeTurnAsync(string key, TimeSpan waitUpTo, CancellationToken cancellationToken)
    {
        LinkedListNode<TaskCompletionSource> place;
        lock (_lock)
        {
            if (!_taken.TryGetValue(key, out var line))
            {
                _taken.Add(key, []);
                return true;
            }

            if (waitUpTo <= TimeSpan.Zero)
            {
                return false;
            }

            place = line.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        try
        {
            await place.Value.Task.WaitAsync(WholeMilliseconds(waitUpTo), time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return !LeaveLine(place);
        }
        catch (OperationCanceledException)
        {
            if (!LeaveLine(place))
            {
                // The turn came at the same moment: hand it on.
                GiveTurn(key);
            }

            throw;
        }
    }

    /// <summary>False where the turn had come.</summary>
    private bool LeaveLine(LinkedListNode<TaskCompletionSource> place)
    {
        lock (_lock)
        {
            if (place.List is not { } line)
            {
                return false;
            }

            line.Remove(place);
            return true;
        }
    }

    private void GiveTurn(string key)
    {
        TaskCompletionSource? next = null;
        lock (_lock)
        {
            var line = _taken[key];
            if (line.First is { } first)
            {
                line.RemoveFirst();
                next = first.Value;
            }
            else
            {
                _taken.Remove(key);
            }
        }

        next?.TrySetResult();
    }

    private static TimeSpan WholeMilliseconds(TimeSpan wait) => TimeSpan.FromMilliseconds(Math.Ceiling(Math.Min(wait.TotalMilliseconds, int.MaxValue)));
}
