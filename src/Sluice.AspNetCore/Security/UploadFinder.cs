using Sluice.Relay;

namespace Sluice.AspNetCore.Security;

/// <summary>Finds an upload for a caller. Ids that are none, uploads that are not there and those of others are one answer.</summary>
internal sealed class UploadFinder(IRelayUploads uploads)
{
    /// <exception cref="Checkpoints.StoreUnavailableException">It cannot be known now.</exception>
    public async ValueTask<IRelayUpload?> FindAsync(string id, Caller caller, CancellationToken cancellationToken) =>
        IsId(id) && await uploads.FindAsync(id, cancellationToken) is { } upload && caller.Sees(upload.Record.Owner) ? upload : null;

    /// <summary>128 bits as 32 hex digits; anything else never reaches the store.</summary>
    public static bool IsId(string id) => id.Length == 32 && id.All(static c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f'));
}
