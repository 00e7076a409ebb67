namespace Sluice.Checkpoints;

/// <summary>Signed upload links of the gateway.</summary>
internal interface ILinkStore
{
    ValueTask AddAsync(LinkRecord link, CancellationToken cancellationToken);

    ValueTask<LinkRecord?> FindAsync(string id, CancellationToken cancellationToken);

    ValueTask<IReadOnlyList<LinkRecord>> ListAsync(string owner, CancellationToken cancellationToken);

    /// <summary>Counts one use; false where the link is unknown, revoked or used up, and then nothing is counted.</summary>
    ValueTask<bool> UseAsync(string id, CancellationToken cancellationToken);

    ValueTask<bool> RevokeAsync(string id, CancellationToken cancellationToken);
}
