namespace Sluice.Checkpoints;

/// <summary>API keys of the gateway, hashed.</summary>
internal interface IKeyStore
{
    ValueTask AddAsync(KeyRecord key, CancellationToken cancellationToken);

    ValueTask<KeyRecord?> FindAsync(string id, CancellationToken cancellationToken);

    ValueTask<IReadOnlyList<KeyRecord>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Revokes a key for good; true where it was there and valid.</summary>
    ValueTask<bool> RevokeAsync(string id, CancellationToken cancellationToken);
}
