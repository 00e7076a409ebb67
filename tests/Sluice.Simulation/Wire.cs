using Sluice.Checkpoints;
using Sluice.Errors;
using Sluice.Notion;
using Sluice.Parts;

namespace Sluice.Simulation;

/// <summary>One process's calls to Notion: what each asks of the model, and what it answers. How they travel is <see cref="Journey"/>'s business.</summary>
internal sealed class Wire(World world, Process process) : INotionApi
{
    private readonly NotionModel _model = world.Notion;
    private readonly Journey _journey = new(world, process);

    public Task<NotionResult<NotionFileUpload>> CreateAsync(CreateFileUploadRequest request, IAttempt attempt) =>
        _journey.GoAsync<NotionFileUpload>(attempt, new Call("create"), () => Describe(_model.Create(request)));

    public async Task<NotionResult<NotionFileUpload>> SendAsync(SendFileUploadRequest request, IAttempt attempt)
    {
        // The bytes are read when the request leaves, as a socket takes them; what the source says against them ends the call.
        byte[]? bytes = null;
        var length = request.Body.Length;
        var once = request.PartNumber is null ? IntentKind.Send : (IntentKind?)null;
        try
        {
            return await _journey.GoAsync<NotionFileUpload>(
                attempt, new Call("send", request.FileUploadId, request.PartNumber, once, length),
                () => OnUpload(request.FileUploadId, upload => _model.Send(upload, request.PartNumber, new ModelPart(length, bytes), world.FaultsNow) is not { } why ? Describe(upload)
                    : why == NotionModel.NotPending ? NotPending(upload)
                    : new NotionFailure(FailureClass.Permanent, Answers.Error(ErrorCodes.NotionRefused, 400, "validation_error", why))),
                async token => bytes = await ReadAsync(request.Body, token)).ConfigureAwait(false);
        }
        catch (SluiceException e)
        {
            return new NotionFailure(FailureClass.Permanent, e.Error);
        }
    }

    public Task<NotionResult<NotionFileUpload>> CompleteAsync(string fileUploadId, IAttempt attempt) =>
        _journey.GoAsync<NotionFileUpload>(attempt, new Call("complete", fileUploadId, Once: IntentKind.Complete), () => OnUpload(fileUploadId, upload => _model.Complete(upload, world.FaultsNow) switch
        {
            null => Describe(upload),
            0 => NotPending(upload),
            var missing => new NotionFailure(FailureClass.Gap, Answers.Error(ErrorCodes.NotionRefused, 400, "validation_error", $"Expected {upload.PartCount} parts. Send part number {missing} next.")),
        }));

    public Task<NotionResult<NotionFileUpload>> RetrieveAsync(string fileUploadId, IAttempt attempt) =>
        _journey.GoAsync<NotionFileUpload>(attempt, new Call("retrieve", fileUploadId), () => _model.Find(fileUploadId) is { } upload ? Describe(upload) : Answers.Forgotten());

    public Task<NotionResult<NotionFileUploadList>> ListAsync(string? status, string? startCursor, int pageSize, IAttempt attempt) => throw new NotSupportedException("The engine does not list uploads.");

    public Task<NotionResult<NotionBot>> UsersMeAsync(IAttempt attempt) =>
        _journey.GoAsync<NotionBot>(attempt, new Call("users/me"), () => new NotionBot("bot", "bot", "workspace", world.Scenario.WorkspaceLimit) { Date = Seconds() });

    public Task<NotionResult<NotionBlock>> AppendBlockAsync(AppendBlockRequest request, IAttempt attempt) =>
        _journey.GoAsync<NotionBlock>(attempt, Attach("append", request.FileUploadId), () => Attach(request.ParentId, "block", request.FileUploadId, request.Name) is { } made ? new NotionBlock(made.Id, request.Kind, made.Name, null) : Answers.NotFound());

    public Task<NotionResult<NotionBlockList>> ListChildrenAsync(string blockId, string? startCursor, IAttempt attempt) =>
        _journey.GoAsync<NotionBlockList>(attempt, new Call("children"), () => new NotionBlockList([.. _model.Attachments.Where(a => a.TargetId == blockId && a.Kind == "block").Select(a => new NotionBlock(a.Id, "file", a.Name, null))], null));

    public Task<NotionResult<NotionBlock>> RetrieveBlockAsync(string blockId, IAttempt attempt) =>
        _journey.GoAsync<NotionBlock>(attempt, new Call("block"), () => new NotionBlock(blockId, "file", null, null));

    public Task<NotionResult<NotionPage>> RetrievePageAsync(string pageId, IAttempt attempt) => _journey.GoAsync<NotionPage>(attempt, new Call("page"), () => Page(pageId));

    public Task<NotionResult<NotionPage>> UpdateFilesAsync(UpdateFilesRequest request, IAttempt attempt) => _journey.GoAsync<NotionPage>(attempt, Attach("update", request.FileUploadId), () =>
    {
        // The array replaces the property: what is not sent again is gone.
        if (Attach(request.PageId, "property", request.FileUploadId, request.Name) is not { } made)
        {
            return Answers.NotFound();
        }

        var keep = request.Keep.Select(k => k.Url).ToHashSet(StringComparer.Ordinal);
        _model.Attachments.RemoveAll(a => a.TargetId == request.PageId && a.Kind == "property" && a != made && !keep.Contains(a.Id));
        return Page(request.PageId);
    });

    public Task<NotionResult<NotionPage>> CreateRowAsync(CreateRowRequest request, IAttempt attempt) => _journey.GoAsync<NotionPage>(attempt, Attach("row", request.FileUploadId), () =>
        Attach(request.DataSourceId, "row", request.FileUploadId, request.Name) is { } made ? new NotionPage(made.Id, null, Properties([])) : Answers.NotFound());

    public Task<NotionResult<NotionDatabase>> RetrieveDatabaseAsync(string databaseId, IAttempt attempt) =>
        _journey.GoAsync<NotionDatabase>(attempt, new Call("database"), () => new NotionDatabase(databaseId, [new NotionDataSourceName(World.DataSource, "rows")]));

    public Task<NotionResult<NotionDataSource>> RetrieveDataSourceAsync(string dataSourceId, IAttempt attempt) =>
        _journey.GoAsync<NotionDataSource>(attempt, new Call("schema"), () => new NotionDataSource(dataSourceId, "rows", new Dictionary<string, string>(StringComparer.Ordinal) { ["Name"] = "title", ["Files"] = "files" }));

    public Task<NotionResult<NotionPageList>> QueryByTitleAsync(string dataSourceId, string titleProperty, string title, IAttempt attempt) =>
        _journey.GoAsync<NotionPageList>(attempt, new Call("query"), () => new NotionPageList([.. _model.Attachments.Where(a => a.Kind == "row" && a.Name == title).Select(a => new NotionPage(a.Id, null, Properties([])))], null));

    private static Call Attach(string kind, string fileUploadId) => new(kind, fileUploadId, Once: IntentKind.Attach);

    private static async Task<byte[]?> ReadAsync(IPartBody body, CancellationToken cancellationToken)
    {
        if (body.Length > 1 << 20)
        {
            // Generated: only their number counts.
            await body.WriteToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
            return null;
        }

        using var bytes = new LateStream((int)body.Length);
        await body.WriteToAsync(bytes, cancellationToken).ConfigureAwait(false);
        return bytes.ToArray();
    }

    private ModelAttachment? Attach(string targetId, string kind, string fileUploadId, string? name) => _model.Attach(targetId, kind, fileUploadId, name, world.FaultsNow);

    private NotionResult<NotionFileUpload> OnUpload(string id, Func<ModelUpload, NotionResult<NotionFileUpload>> work) =>
        _model.Find(id) is { } upload && upload.Status != NotionUploadStatus.Expired ? work(upload) : Answers.Forgotten();

    private static NotionFailure NotPending(ModelUpload upload) => upload.Status == NotionUploadStatus.Expired
        ? Answers.Forgotten()
        : new NotionFailure(FailureClass.Ambiguous, Answers.Error(ErrorCodes.NotionUnreachable, 400, "validation_error", "File upload status is not pending.")) { UploadNotPending = true };

    private NotionFileUpload Describe(ModelUpload upload) => new(
        upload.Id, upload.Status, Expiry(upload), upload.FileName, upload.ContentType,
        upload.Parts.Count == 0 ? null : upload.Parts.Values.Sum(p => p.Length), upload.PartCount, upload.Parts.Count)
    {
        Date = Seconds(),
    };

    /// <summary>Null once attached, though sometimes late.</summary>
    private DateTimeOffset? Expiry(ModelUpload upload) => upload.ExpiryTicks is { } expiry ? world.Time.Start.AddTicks(expiry)
        : upload.ShownUntilTicks > world.Time.Now ? world.Time.Start.AddTicks(upload.CreatedTicks) + world.Scenario.Limits.Lifetime
        : null;

    /// <summary>The Date header: cut to whole seconds.</summary>
    private DateTimeOffset Seconds() => new(world.Time.GetUtcNow().Ticks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero);

    private NotionPage Page(string id) => new(id, null, Properties([.. _model.Attachments.Where(a => a.TargetId == id && a.Kind == "property").Select(a => new NotionFile(a.Name, "file", a.Id))]));

    private static Dictionary<string, NotionProperty> Properties(IReadOnlyList<NotionFile> files) =>
        new(StringComparer.Ordinal) { ["Name"] = new("title", "title", []), ["Files"] = new("files", "files", files) };
}
