namespace Sluice.Checkpoints;

/// <summary>Leases with a fence and a polite request to let go.</summary>
internal interface ILeaseStore
{
    /// <summary>
    /// Takes the lease where nobody holds it, its time is over, or its holder is known to be dead; the fence is higher than any this store gave out before, and is durable against power loss.
    /// The same holder asking again gets a new fence too. <see cref="LeaseAnswer.TakenOver"/> tells a lease that was given back from one that was not. <paramref name="address"/>: where this holder can be reached, for others to see.
    /// </summary>
    ValueTask<LeaseAnswer> AcquireAsync(string key, string holder, TimeSpan duration, string? address, CancellationToken cancellationToken);

    /// <summary>Extends the lease, also where its time is over and nobody took it; <see cref="LeaseRenewal.Lost"/> where the fence is stale, <see cref="LeaseRenewal.LetGo"/> where somebody asked for it.</summary>
    ValueTask<LeaseRenewal> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Gives the lease back where it is still held under this fence; the fence itself is kept so that the next is higher.</summary>
    ValueTask ReleaseAsync(Lease lease, CancellationToken cancellationToken);

    /// <summary>Asks the holder to let go; it sees that at its next renewal or through <see cref="WatchAsync"/>.</summary>
    ValueTask AskToLetGoAsync(string key, CancellationToken cancellationToken);

    /// <summary>Ends when somebody asks for this lease or it is lost; a poll where the store cannot push.</summary>
    Task WatchAsync(Lease lease, CancellationToken cancellationToken);
}
