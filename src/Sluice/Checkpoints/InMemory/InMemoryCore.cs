namespace Sluice.Checkpoints.InMemory;

/// <summary>The state that all connections of one in-memory store share, with its commits since the last one that survives a power loss.</summary>
internal sealed class InMemoryCore(TimeProvider time, IOwnerLiveness? liveness, bool keepUnsynced)
{
    private readonly Lock _lock = new();
    private readonly long _start = time.GetTimestamp();
    private readonly Dictionary<string, TaskCompletionSource> _watches = new(StringComparer.Ordinal);
    private readonly List<InMemoryState> _unsynced = [];
    private InMemoryState _state = new();
    private InMemoryState _synced = new();

    public TimeProvider Time => time;

    public IOwnerLiveness? Liveness => liveness;

    /// <summary>The last commit.</summary>
    public InMemoryState State
    {
        get
        {
            lock (_lock)
            {
                return _state;
            }
        }
    }

    /// <summary>The last commit that survives a power loss.</summary>
    public InMemoryState Synced
    {
        get
        {
            lock (_lock)
            {
                return _synced;
            }
        }
    }

    /// <summary>The store's clock in ticks: monotonic, so that it never goes back.</summary>
    public long Now => time.GetElapsedTime(_start).Ticks;

    /// <summary>How many commits a power loss could take back.</summary>
    public int UnsyncedCommits
    {
        get
        {
            lock (_lock)
            {
                return _unsynced.Count;
            }
        }
    }

    /// <summary>The holders of leases that are dead for certain; asked outside the lock.</summary>
    public HashSet<string> DeadHolders() => liveness is null
        ? []
        : State.Leases.Values.Select(lease => lease.Holder).Distinct(StringComparer.Ordinal).Where(liveness.IsKnownDead).ToHashSet(StringComparer.Ordinal);

    /// <summary>Applies a change whole or, where it throws, not at all.</summary>
    public T Commit<T>(Durability durability, Func<InMemoryState, long, (InMemoryState Next, T Result)> change)
    {
        lock (_lock)
        {
            var (next, result) = change(_state, Now);
            if (ReferenceEquals(next, _state))
            {
                return result;
            }

            _state = next;
            if (!keepUnsynced)
            {
                return result;
            }

            if (durability == Durability.Power)
            {
                _synced = next;
                _unsynced.Clear();
            }
            else
            {
                _unsynced.Add(next);
            }

            return result;
        }
    }

    /// <summary>
    /// Goes back as a power loss does: of the commits since the last power-durable one a prefix survives, each commit whole or
    /// not at all. The processes that use the store must be gone before.
    /// </summary>
    public void LosePower(Random random)
    {
        TaskCompletionSource[] watches;
        lock (_lock)
        {
            var survive = random.Next(_unsynced.Count + 1);
            _state = survive == 0 ? _synced : _unsynced[survive - 1];
            _synced = _state;
            _unsynced.Clear();
            watches = [.. _watches.Values];
            _watches.Clear();
        }

        foreach (var watch in watches)
        {
            watch.TrySetResult();
        }
    }

    /// <summary>Ends at the next change of a lease.</summary>
    public Task NextChangeOf(string key)
    {
        lock (_lock)
        {
            if (!_watches.TryGetValue(key, out var watch))
            {
                watch = new(TaskCreationOptions.RunContinuationsAsynchronously);
                _watches.Add(key, watch);
            }

            return watch.Task;
        }
    }

    /// <summary>Tells watchers that a lease changed hands or is asked for.</summary>
    public void LeaseChanged(string key)
    {
        TaskCompletionSource? watch;
        lock (_lock)
        {
            _watches.Remove(key, out watch);
        }

        watch?.TrySetResult();
    }
}
