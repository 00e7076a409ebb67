using Sluice.Checkpoints;
using Sluice.Errors;

namespace Sluice.Relay;

/// <summary>One upload whose bytes come from clients, as a protocol sees it.</summary>
internal interface IRelayUpload
{
    /// <summary>The record as it is now.</summary>
    UploadRecord Record { get; }

    /// <summary>Where it stands, for those who watch; watching disturbs nothing.</summary>
    UploadSnapshot Snapshot();

    /// <summary>
    /// The offset that is told: the end of what Notion or this process has, at most length - 1 until everything succeeded, and
    /// the length only then. The next body is accepted exactly there.
    /// </summary>
    long Offset { get; }

    /// <summary>True once it is done, failed for good, expired or cancelled.</summary>
    bool IsOver { get; }

    /// <summary>When the record expires if nothing happens.</summary>
    DateTimeOffset Expires { get; }

    /// <summary>Ends the body that runs for this upload, if one does; what was read of it counts. False: it took longer than the limit.</summary>
    Task<bool> EndBodyAsync(TimeSpan limit);

    /// <summary>
    /// Takes a body as far as it goes. Returns when nothing of it is read any more; the request is answered only then. The body
    /// before it was ended by the caller.
    /// </summary>
    Task<BodyEnd> TakeBodyAsync(Stream body, long offset, long? count, CancellationToken clientGone);

    /// <summary>Waits until the upload is over or the limit is; true where it is over.</summary>
    Task<bool> WaitUntilOverAsync(TimeSpan limit, CancellationToken cancellationToken);

    /// <summary>Gives the upload up and deletes what was kept for it; nothing where it is over.</summary>
    ValueTask CancelAsync(CancellationToken cancellationToken);

    /// <summary>Attaches a done upload that has no target yet.</summary>
    /// <returns>Null, or why not: <c>already_attached</c> for another target, <c>upload_expired</c> where Notion has dropped the file.</returns>
    ValueTask<SluiceError?> AttachAsync(string to, string? caption, CancellationToken cancellationToken);
}
