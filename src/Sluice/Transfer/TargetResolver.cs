using Sluice.Checkpoints;
using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Notion;

namespace Sluice.Transfer;

/// <summary>Asks Notion about a target before a byte is sent: is it there and shared, and which property is meant.</summary>
internal sealed class TargetResolver(INotionApi api, PatientCaller caller)
{
    private const int MostFiles = 100;

    public async Task<(ResolvedTarget? Target, NotionFailure? Failure)> ResolveAsync(UploadTarget target) => target.Kind switch
    {
        TargetKind.None => (null, null),
        TargetKind.Page => await PageAsync(target).ConfigureAwait(false),
        _ => await DatabaseAsync(target).ConfigureAwait(false),
    };

    private async Task<(ResolvedTarget?, NotionFailure?)> PageAsync(UploadTarget target)
    {
        var read = await caller.CallAsync(NotionEndpoint.RetrievePage, WaitReason.Response, a => api.RetrievePageAsync(target.Id, a)).ConfigureAwait(false);
        if (!read.TryGet(out var page, out var failure))
        {
            return (null, failure);
        }

        if (target.Property is not { } wanted)
        {
            return (new ResolvedTarget(AttachKind.Block, page.Id, Url: page.Url), null);
        }

        var files = page.Properties.Where(p => p.Value.Type == "files").Select(p => p.Key).ToArray();
        if (FindProperty(page.Properties.ToDictionary(p => p.Key, p => p.Value.Type), wanted) is not { } property)
        {
            return (null, Refused(ErrorCodes.TargetAmbiguous, $"Page {target.Id} has no files property '{wanted}'; it has {List(files)}. Name one of them after '::'."));
        }

        return page.Properties[property].Files.Count >= MostFiles
            ? (null, Refused(ErrorCodes.NotionRefused, $"The property '{property}' of page {target.Id} holds {MostFiles} files already, as many as Notion takes. Choose another property or page."))
            : (new ResolvedTarget(AttachKind.Property, page.Id, property, Url: page.Url), null);
    }

    private async Task<(ResolvedTarget?, NotionFailure?)> DatabaseAsync(UploadTarget target)
    {
        var read = await caller.CallAsync(NotionEndpoint.RetrieveDatabase, WaitReason.Response, a => api.RetrieveDatabaseAsync(target.Id, a)).ConfigureAwait(false);
        if (!read.TryGet(out var database, out var failure))
        {
            return (null, failure);
        }

        if (database.DataSources.Count != 1)
        {
            var names = database.DataSources.Select(d => d.Name ?? d.Id).ToArray();
            return (null, Refused(ErrorCodes.TargetAmbiguous, $"Database {target.Id} has {database.DataSources.Count} data sources ({List(names)}); Sluice needs one with exactly one."));
        }

        var source = database.DataSources[0];
        var schema = await caller.CallAsync(NotionEndpoint.RetrieveDataSource, WaitReason.Response, a => api.RetrieveDataSourceAsync(source.Id, a)).ConfigureAwait(false);
        if (!schema.TryGet(out var data, out failure))
        {
            return (null, failure);
        }

        var files = data.Properties.Where(p => p.Value == "files").Select(p => p.Key).ToArray();
        var property = target.Property is { } wanted ? FindProperty(data.Properties, wanted) : files.Length == 1 ? files[0] : null;
        if (property is null)
        {
            var why = target.Property is { } name ? $"has no files property '{name}'" : files.Length == 0 ? "has no files property" : "has more than one files property";
            return (null, Refused(ErrorCodes.TargetAmbiguous, $"Database {target.Id} {why}; it has {List(files)}. Name one: database:{target.Id}::<property>."));
        }

        var title = data.Properties.First(p => p.Value == "title").Key;
        return (new ResolvedTarget(AttachKind.Row, data.Id, property, title), null);
    }

    private static string? FindProperty(IReadOnlyDictionary<string, string> types, string wanted) =>
        types.FirstOrDefault(p => p.Value == "files" && p.Key == wanted).Key
        ?? types.FirstOrDefault(p => p.Value == "files" && string.Equals(p.Key, wanted, StringComparison.OrdinalIgnoreCase)).Key;

    private static string List(string[] names) => names.Length == 0 ? "none" : string.Join(", ", names.Select(n => $"'{n}'"));

    private static NotionFailure Refused(ErrorCode code, string message) => new(FailureClass.Permanent, new SluiceError(code, message));
}
