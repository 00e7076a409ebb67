using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Notion;

namespace Sluice.Transfer;

/// <summary>Reads a stored file back from where it was attached and compares it with what was sent.</summary>
internal sealed class StoredFileVerifier(SessionContext session, ResolvedTarget target)
{
    public async Task<UploadResult> VerifyAsync(UploadResult result, string blockKind)
    {
        if (session.Record.Sha256 is not { } expected)
        {
            return Failed(result, new SluiceError(ErrorCodes.ChecksumMismatch, "The upload has no digest to compare with: the feature Integrity is off."));
        }

        session.View.Waiting(WaitReason.Response);
        using var hash = new HashStream();
        var error = await session.Connection.Files.CopyAsync(_ => LocateAsync(blockKind), session.Record.Length, hash, session.Stop.CarryOn).ConfigureAwait(false);
        if (error is not null)
        {
            return Failed(result, error);
        }

        var stored = hash.Digest();
        return stored == expected
            ? result with { Verified = true }
            : Failed(result, new SluiceError(ErrorCodes.ChecksumMismatch, $"The stored file is not what was sent: SHA-256 {stored} instead of {expected}. Upload it again, and tell us."));
    }

    /// <summary>The stored file with a fresh signed address.</summary>
    private async Task<NotionResult<NotionFile>> LocateAsync(string blockKind)
    {
        var api = session.Connection.Api;
        var attached = session.Record.Attached;
        if (target.Kind == AttachKind.Block && attached?.BlockId is { } blockId)
        {
            var read = await session.PatientAsync(NotionEndpoint.RetrieveBlock, WaitReason.Response, a => api.RetrieveBlockAsync(blockId, a), withinHour: false).ConfigureAwait(false);
            return read.Failure is { } unread ? unread : read.Value is { FileUrl: { } url } block && block.Type == blockKind ? new NotionFile(session.Record.Name, "file", url) : NotShown();
        }

        if (target.Kind == AttachKind.Block || attached?.PageId is not { } pageId)
        {
            return NotShown();
        }

        var page = await session.PatientAsync(NotionEndpoint.RetrievePage, WaitReason.Response, a => api.RetrievePageAsync(pageId, a), withinHour: false).ConfigureAwait(false);
        return page.Failure is { } failure ? failure
            : page.Value?.Properties.GetValueOrDefault(target.FilesProperty!)?.Files.LastOrDefault(f => f.Kind == "file" && f.Name == session.Record.Name) is { } file ? file
            : NotShown();
    }

    private static NotionFailure NotShown() =>
        new(FailureClass.Permanent, new SluiceError(ErrorCodes.ChecksumMismatch, "Notion does not show the attached file, so it could not be read back."));

    private static UploadResult Failed(UploadResult result, SluiceError error) => result with { Status = UploadStatus.Failed, Error = error };
}
