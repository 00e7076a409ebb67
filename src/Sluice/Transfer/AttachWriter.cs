using Sluice.Checkpoints;
using Sluice.Diagnostics;
using Sluice.Notion;

namespace Sluice.Transfer;

/// <summary>The three attach calls and what they need before and after: reading a property first, naming the block afterwards.</summary>
internal sealed class AttachWriter(SessionContext session, ResolvedTarget target, string blockKind)
{
    private IReadOnlyList<NotionFile> _keep = [];
    private string? _url = target.Url;

    private INotionApi Api => session.Connection.Api;

    private string FileUploadId => session.Generation.FileUploadId;

    /// <summary>Reads what the call must keep; null: ready.</summary>
    public async Task<NotionFailure?> PrepareAsync()
    {
        if (target.Kind != AttachKind.Property)
        {
            return null;
        }

        // The array replaces the property, so it is read under the target's lease right before it is written.
        var read = await session.PatientAsync(NotionEndpoint.RetrievePage, WaitReason.Attaching, a => Api.RetrievePageAsync(target.Id, a)).ConfigureAwait(false);
        if (!read.TryGet(out var page, out var failure))
        {
            return failure;
        }

        _url = page.Url;
        _keep = page.Properties.TryGetValue(target.FilesProperty!, out var property) ? property.Files : [];
        return null;
    }

    /// <summary>Makes the call, once. From when it leaves, the target's lease is given back only where the caller says that the call is over.</summary>
    /// <param name="lease">The target's lease.</param>
    public async Task<NotionResult<AttachAnswer>> WriteAsync(LeaseKeeper lease)
    {
        var record = session.Record;
        switch (target.Kind)
        {
            case AttachKind.Block:
                var block = new AppendBlockRequest(target.Id, blockKind, FileUploadId, blockKind == "file" ? record.Name : null, record.Caption);
                return Answer(await OnceAsync(NotionEndpoint.AppendChildren, a => Api.AppendBlockAsync(block, a)).ConfigureAwait(false), b => b.Id);
            case AttachKind.Property:
                var update = new UpdateFilesRequest(target.Id, target.FilesProperty!, _keep, FileUploadId, record.Name);
                return Answer(await OnceAsync(NotionEndpoint.UpdatePage, a => Api.UpdateFilesAsync(update, a)).ConfigureAwait(false), p => p.Id);
            default:
                var row = new CreateRowRequest(target.Id, target.TitleProperty!, record.Name, target.FilesProperty!, FileUploadId, record.Name);
                var created = await OnceAsync(NotionEndpoint.CreatePage, a => Api.CreateRowAsync(row, a)).ConfigureAwait(false);
                _url = created.Value?.Url ?? _url;
                return Answer(created, p => p.Id);
        }

        Task<NotionResult<T>> OnceAsync<T>(NotionEndpoint endpoint, Func<IAttempt, Task<NotionResult<T>>> call)
            where T : class => session.OnceAsync(IntentKind.Attach, ExactlyOnce.Plan(session, endpoint, WaitReason.Attaching), () => lease.IsHeld && session.Lease.IsHeld, attempt =>
            {
                lease.GivesBack = false;
                return call(attempt);
            });
    }

    /// <summary>Says where the file is. The attach is certain by now; an id that cannot be found out stays null.</summary>
    public async Task<AttachResult> DescribeAsync(IReadOnlyList<string> ids)
    {
        var id = ids.Count > 0 ? ids[0] : null;
        return target.Kind switch
        {
            AttachKind.Block => new AttachResult(target.Id, id ?? await FindBlockAsync().ConfigureAwait(false), _url),
            AttachKind.Property => new AttachResult(target.Id, null, _url),
            _ => await FindRowAsync(id).ConfigureAwait(false),
        };
    }

    /// <summary>The last block of our kind and name: with the target's lease held it is ours.</summary>
    private async Task<string?> FindBlockAsync()
    {
        string? cursor = null, found = null;
        do
        {
            var from = cursor;
            var read = await session.PatientAsync(NotionEndpoint.ListChildren, WaitReason.Attaching, a => Api.ListChildrenAsync(target.Id, from, a)).ConfigureAwait(false);
            if (!read.TryGet(out var page, out _))
            {
                return found;
            }

            found = page.Results.LastOrDefault(b => b.Type == blockKind && (b.FileName is null || b.FileName == session.Record.Name))?.Id ?? found;
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        return found;
    }

    private async Task<AttachResult> FindRowAsync(string? id)
    {
        if (id is not null)
        {
            return new AttachResult(id, null, _url);
        }

        var read = await session.PatientAsync(
            NotionEndpoint.QueryDataSource, WaitReason.Attaching, a => Api.QueryByTitleAsync(target.Id, target.TitleProperty!, session.Record.Name, a)).ConfigureAwait(false);
        var row = read.Value is { Results.Count: > 0 } rows ? rows.Results[0] : null;
        return new AttachResult(row?.Id, null, row?.Url);
    }

    private static NotionResult<AttachAnswer> Answer<T>(NotionResult<T> result, Func<T, string> id)
        where T : class => result.TryGet(out var value, out var failure) ? new AttachAnswer([id(value)]) : failure;
}
