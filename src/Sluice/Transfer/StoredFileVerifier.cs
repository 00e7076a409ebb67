using System.Security.Cryptography;
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

        var (url, failure) = await AddressAsync(blockKind).ConfigureAwait(false);
        if (url is null)
        {
            return Failed(result, failure ?? new SluiceError(ErrorCodes.ChecksumMismatch, "Notion does not show the attached file, so it could not be read back."));
        }

        session.View.Waiting(WaitReason.Response);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var length = 0L;
        var error = await session.Connection.Files.ReadAsync(url, piece =>
        {
            hash.AppendData(piece.Span);
            length += piece.Length;
        }, session.Stop.CarryOn).ConfigureAwait(false);
        if (error is not null)
        {
            return Failed(result, error);
        }

        var stored = Convert.ToHexStringLower(hash.GetHashAndReset());
        return stored == expected && length == session.Record.Length
            ? result with { Verified = true }
            : Failed(result, new SluiceError(ErrorCodes.ChecksumMismatch, $"The stored file is not what was sent: {length:N0} bytes with SHA-256 {stored} instead of {session.Record.Length:N0} bytes with {expected}. Upload it again, and tell us."));
    }

    private async Task<(string? Url, SluiceError? Failure)> AddressAsync(string blockKind)
    {
        var api = session.Connection.Api;
        var attached = session.Record.Attached;
        if (target.Kind == AttachKind.Block)
        {
            if (attached?.BlockId is not { } block)
            {
                return (null, null);
            }

            var read = await session.PatientAsync(NotionEndpoint.RetrieveBlock, WaitReason.Response, a => api.RetrieveBlockAsync(block, a), withinHour: false).ConfigureAwait(false);
            return (read.Value is { } b && b.Type == blockKind ? b.FileUrl : null, read.Failure?.Error);
        }

        if (attached?.PageId is not { } pageId)
        {
            return (null, null);
        }

        var page = await session.PatientAsync(NotionEndpoint.RetrievePage, WaitReason.Response, a => api.RetrievePageAsync(pageId, a), withinHour: false).ConfigureAwait(false);
        var file = page.Value?.Properties.GetValueOrDefault(target.FilesProperty!)?.Files.LastOrDefault(f => f.Kind == "file" && f.Name == session.Record.Name);
        return (file?.Url, page.Failure?.Error);
    }

    private static UploadResult Failed(UploadResult result, SluiceError error) => result with { Status = UploadStatus.Failed, Error = error };
}
