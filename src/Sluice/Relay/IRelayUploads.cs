using Sluice.Checkpoints;
using Sluice.Errors;

namespace Sluice.Relay;

/// <summary>The uploads behind a front door: everything a protocol needs, and nothing about any protocol.</summary>
internal interface IRelayUploads
{
    /// <summary>
    /// Checks all that can be checked before a byte (name, type, length, the plan's limit, the target, room for another upload) and
    /// records the upload, durable against power loss, before it returns.
    /// </summary>
    /// <returns>The upload, or why there is none; <see cref="SluiceError.RetryAfter"/> says when another try makes sense.</returns>
    ValueTask<(IRelayUpload? Upload, SluiceError? Error)> CreateAsync(RelayRequest request, CancellationToken cancellationToken);

    /// <summary>The live upload, or one made live from its record; null: there is none. Whose it is, is the caller's to check.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be known now.</exception>
    ValueTask<IRelayUpload?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Uploads that live in this process, in no order; the store is not asked. What is idle for a while, or was not asked for since the start, is none of them.</summary>
    IReadOnlyList<IRelayUpload> Live();

    /// <summary>How many records are in each state.</summary>
    ValueTask<IReadOnlyDictionary<UploadState, int>> CountAsync(CancellationToken cancellationToken);

    /// <summary>Records, the last created first.</summary>
    ValueTask<UploadPage> ListAsync(UploadQuery query, CancellationToken cancellationToken);
}
