using Sluice.Checkpoints;
using Sluice.Errors;
using Sluice.Relay;

namespace Sluice.AspNetCore.Hosting;

/// <summary>Clients' uploads over several Notion connections: each goes to the one it was made with, whose name is in its record.</summary>
internal sealed class ConnectionUploads : IRelayUploads
{
    private readonly IUploadStore _records;
    private readonly RelayUploads[] _all;

    /// <summary>Puts them behind one front.</summary>
    /// <param name="records">The records of all.</param>
    /// <param name="all">Each with its name; the default one first.</param>
    public ConnectionUploads(IUploadStore records, IEnumerable<RelayUploads> all)
    {
        _records = records;
        _all = [.. all];
    }

    public ValueTask<(IRelayUpload? Upload, SluiceError? Error)> CreateAsync(RelayRequest request, CancellationToken cancellationToken) =>
        Named(request.Connection) is { } uploads
            ? uploads.CreateAsync(request, cancellationToken)
            : ValueTask.FromResult<(IRelayUpload?, SluiceError?)>((null, new SluiceError(ErrorCodes.BadRequest, $"The application wants this file to go through a Notion connection named '{request.Connection}', which it has not set up. Tell whoever runs it.")));

    public async ValueTask<IRelayUpload?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (_all.Length == 1)
        {
            return await _all[0].FindAsync(id, cancellationToken);
        }

        // What is live is answered without the store, which may be away.
        if (_all.Select(uploads => uploads.Live(id)).OfType<IRelayUpload>().FirstOrDefault() is { } live)
        {
            return live;
        }

        return await _records.FindAsync(id, cancellationToken) is { } record && Named(record.Connection) is { } found ? await found.FindAsync(id, cancellationToken) : null;
    }

    public IReadOnlyList<IRelayUpload> Live() => _all.Length == 1 ? _all[0].Live() : [.. _all.SelectMany(static uploads => uploads.Live())];

    public ValueTask<IReadOnlyDictionary<UploadState, int>> CountAsync(CancellationToken cancellationToken) => _records.CountAsync(null, cancellationToken);

    public ValueTask<UploadPage> ListAsync(UploadQuery query, CancellationToken cancellationToken) => _records.ListAsync(query, cancellationToken);

    private RelayUploads? Named(string? name) => Array.Find(_all, uploads => string.Equals(uploads.Connection, name, StringComparison.Ordinal));
}
