using System.Collections.Concurrent;
using Sluice.AspNetCore;

namespace EmbeddedGateway;

/// <summary>
/// Remembers how each upload ended. An event may come twice with the same id, so it is entered by its id; a real application does
/// the same with a unique key in its database.
/// </summary>
internal sealed partial class UploadDiary(ILogger<UploadDiary> log) : IUploadOutcomeHandler
{
    private readonly ConcurrentDictionary<string, UploadOutcome> _entries = new(StringComparer.Ordinal);

    public Task HandleAsync(UploadOutcome outcome, CancellationToken cancellationToken)
    {
        if (_entries.TryAdd(outcome.EventId, outcome))
        {
            Entered(outcome.UploadId, outcome.Owner, outcome.Kind);
        }

        return Task.CompletedTask;
    }

    /// <summary>A user's own uploads that ended.</summary>
    public IEnumerable<object> Of(string owner) =>
        _entries.Values.Where(e => e.Owner == owner).OrderBy(e => e.At).Select(e => new { e.EventId, Kind = e.Kind.ToString(), e.UploadId, e.Name, e.Length, e.Sha256, e.PageId, e.ErrorMessage });

    [LoggerMessage(1, LogLevel.Information, "Upload {UploadId} of {Owner} ended: {Kind}")]
    private partial void Entered(string uploadId, string owner, UploadOutcomeKind kind);
}
