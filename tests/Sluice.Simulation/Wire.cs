using Sluice.Errors;
using Sluice.Notion;

namespace Sluice.Simulation;

/// <summary>
/// One process's way to Notion: delays, losses, errors and hangs by plan. A dead or stopped process hears nothing, but what it
/// had asked for still happens, perhaps after its successor started: the late effects a real network has.
/// </summary>
internal sealed class Wire(World world, NotionModel model) : INotionApi
{
    private readonly TaskCompletionSource _never = new();

    public bool Dead { get; set; }

    /// <summary>The process is stopped (SIGSTOP) until then, in ticks.</summary>
    public long StoppedUntil { get; set; }

    public Task<NotionResult<NotionFileUpload>> CreateAsync(CreateFileUploadRequest request, IAttempt attempt) =>
        CallAsync<NotionFileUpload>(attempt, false, null, () => Describe(model.Create(request)));

    public async Task<NotionResult<NotionFileUpload>> SendAsync(SendFileUploadRequest request, IAttempt attempt)
    {
        using var body = new LateStream();
        attempt.Connecting();
        attempt.Connected();
        await request.Body.WriteToAsync(body, attempt.Token).ConfigureAwait(false);
        attempt.Progress(body.Length);
        var bytes = body.ToArray();
        return await CallAsync<NotionFileUpload>(attempt, false, request.FileUploadId, () => OnUpload(request.FileUploadId, upload =>
        {
            return model.Send(upload, request.PartNumber, bytes) is { } why
                ? new NotionFailure(upload.Status == NotionUploadStatus.Expired ? FailureClass.Forgotten : FailureClass.Permanent, Error(ErrorCodes.NotionRefused, 400, "validation_error", why))
                : Describe(upload);
        })).ConfigureAwait(false);
    }

    public Task<NotionResult<NotionFileUpload>> CompleteAsync(string fileUploadId, IAttempt attempt) =>
        CallAsync<NotionFileUpload>(attempt, false, fileUploadId, () => OnUpload(fileUploadId, upload => model.Complete(upload) switch
        {
            null => Describe(upload),
            0 => new NotionFailure(upload.Status == NotionUploadStatus.Expired ? FailureClass.Forgotten : FailureClass.Permanent, Error(ErrorCodes.NotionRefused, 400, "validation_error", "not pending")),
            var missing => new NotionFailure(FailureClass.Gap, Error(ErrorCodes.NotionRefused, 400, "validation_error", $"Expected {upload.PartCount} parts. Send part number {missing} next.")),
        }));

    public Task<NotionResult<NotionFileUpload>> RetrieveAsync(string fileUploadId, IAttempt attempt) =>
        CallAsync<NotionFileUpload>(attempt, false, null, () => model.Find(fileUploadId) is { } upload ? Describe(upload) : Forgotten());

    public Task<NotionResult<NotionFileUploadList>> ListAsync(string? status, string? startCursor, int pageSize, IAttempt attempt) => throw new NotSupportedException("The engine does not list uploads.");

    public Task<NotionResult<NotionBot>> UsersMeAsync(IAttempt attempt) =>
        CallAsync<NotionBot>(attempt, false, null, () => new NotionBot("bot", "bot", "workspace", world.WorkspaceLimit) { Date = world.Time.GetUtcNow() });

    public Task<NotionResult<NotionBlock>> AppendBlockAsync(AppendBlockRequest request, IAttempt attempt) =>
        CallAsync<NotionBlock>(attempt, true, null, () => model.Attach(request.ParentId, "block", request.FileUploadId, request.Name) is { } made ? new NotionBlock(made.Id, request.Kind, made.Name, null) : NotAttachable());

    public Task<NotionResult<NotionBlockList>> ListChildrenAsync(string blockId, string? startCursor, IAttempt attempt) =>
        CallAsync<NotionBlockList>(attempt, false, null, () => new NotionBlockList([.. model.Attachments.Where(a => a.TargetId == blockId && a.Kind == "block").Select(a => new NotionBlock(a.Id, "file", a.Name, null))], null));

    public Task<NotionResult<NotionBlock>> RetrieveBlockAsync(string blockId, IAttempt attempt) =>
        CallAsync<NotionBlock>(attempt, false, null, () => new NotionBlock(blockId, "file", null, null));

    public Task<NotionResult<NotionPage>> RetrievePageAsync(string pageId, IAttempt attempt) => CallAsync<NotionPage>(attempt, false, null, () => Page(pageId));

    public Task<NotionResult<NotionPage>> UpdateFilesAsync(UpdateFilesRequest request, IAttempt attempt) => CallAsync<NotionPage>(attempt, true, null, () =>
    {
        // The array replaces the property: what is not sent again is gone.
        var keep = request.Keep.Select(k => k.Url).ToHashSet(StringComparer.Ordinal);
        if (model.Find(request.FileUploadId) is not { Status: NotionUploadStatus.Uploaded })
        {
            return NotAttachable();
        }

        model.Attachments.RemoveAll(a => a.TargetId == request.PageId && a.Kind == "property" && !keep.Contains(a.Id));
        model.Attach(request.PageId, "property", request.FileUploadId, request.Name);
        return Page(request.PageId);
    });

    public Task<NotionResult<NotionPage>> CreateRowAsync(CreateRowRequest request, IAttempt attempt) => CallAsync<NotionPage>(attempt, true, null, () =>
        model.Attach(request.DataSourceId, "row", request.FileUploadId, request.Name) is { } made ? new NotionPage(made.Id, null, Properties([])) : NotAttachable());

    public Task<NotionResult<NotionDatabase>> RetrieveDatabaseAsync(string databaseId, IAttempt attempt) =>
        CallAsync<NotionDatabase>(attempt, false, null, () => new NotionDatabase(databaseId, [new NotionDataSourceName(World.DataSource, "rows")]));

    public Task<NotionResult<NotionDataSource>> RetrieveDataSourceAsync(string dataSourceId, IAttempt attempt) =>
        CallAsync<NotionDataSource>(attempt, false, null, () => new NotionDataSource(dataSourceId, "rows", new Dictionary<string, string>(StringComparer.Ordinal) { ["Name"] = "title", ["Files"] = "files" }));

    public Task<NotionResult<NotionPageList>> QueryByTitleAsync(string dataSourceId, string titleProperty, string title, IAttempt attempt) =>
        CallAsync<NotionPageList>(attempt, false, null, () => new NotionPageList([.. model.Attachments.Where(a => a.Kind == "row" && a.Name == title).Select(a => new NotionPage(a.Id, null, Properties([])))], null));

    private async Task<NotionResult<T>> CallAsync<T>(IAttempt attempt, bool attaches, string? mayForget, Func<NotionResult<T>> work)
        where T : class
    {
        try
        {
            var answer = await TravelAsync(attempt, attaches, mayForget, work).ConfigureAwait(false);
            await HearAsync().ConfigureAwait(false);
            return answer;
        }
        catch (OperationCanceledException)
        {
            await HearAsync().ConfigureAwait(false);
            return attempt.ExpiredLimit is { } limit
                ? new NotionFailure(attaches ? FailureClass.Ambiguous : FailureClass.Transient, new SluiceError(limit, limit.Meaning)) { TimedOut = true }
                : throw new OperationCanceledException(attempt.Token);
        }
    }

    /// <summary>A stopped process hears late, a dead one never.</summary>
    private async Task HearAsync()
    {
        if (StoppedUntil > world.Time.Now)
        {
            await Task.Delay(TimeSpan.FromTicks(StoppedUntil - world.Time.Now), world.Time).ConfigureAwait(false);
        }

        if (Dead)
        {
            await _never.Task.ConfigureAwait(false);
        }
    }

    private async Task<NotionResult<T>> TravelAsync<T>(IAttempt attempt, bool attaches, string? mayForget, Func<NotionResult<T>> work)
        where T : class
    {
        var draw = world.Random.NextDouble();
        var faults = world.FaultsNow;
        var delay = faults.LeastDelay + ((faults.MostDelay - faults.LeastDelay) * world.Random.NextDouble());
        attempt.Connecting();
        attempt.Connected();
        attempt.BodySent();
        bool Falls(double share)
        {
            var hit = draw >= 0 && draw < share;
            draw = hit ? -1 : draw - share;
            return hit;
        }

        if (Falls(faults.LostBefore))
        {
            await OnTheWayAsync(delay, attempt).ConfigureAwait(false);
            return Lost(attaches);
        }

        if (Falls(faults.Hang))
        {
            if (world.Random.Next(2) == 0)
            {
                world.Later(TimeSpan.FromSeconds(world.Random.Next(1, 50)), () =>
                {
                    if (model.Admit() is null)
                    {
                        work();
                    }
                });
            }

            await OnTheWayAsync(TimeSpan.FromHours(1), attempt).ConfigureAwait(false);
            return Lost(attaches);
        }

        if (Falls(faults.TooMany))
        {
            await OnTheWayAsync(delay, attempt).ConfigureAwait(false);
            return TooMany(TimeSpan.FromSeconds(world.Random.Next(1, 20)), "public_api_space_request_rate_limit");
        }

        if (mayForget is not null && Falls(faults.Forget) && model.Find(mayForget) is { } doomed)
        {
            model.Expire(doomed);
        }

        var errorBefore = Falls(faults.ErrorBefore);
        var errorAfter = Falls(faults.ErrorAfter);
        var lostAfter = Falls(faults.LostAfter);

        // Half of the way there; the work happens on Notion's side, whoever still listens.
        var arrived = new TaskCompletionSource<NotionResult<T>>(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Later(delay / 2, () => arrived.SetResult(
            model.Admit() is { } wait ? TooMany(wait, "public_api_request_rate_limit")
            : errorBefore ? ServerError(attaches)
            : work()));
        var answer = await arrived.Task.WaitAsync(attempt.Token).ConfigureAwait(false);
        attempt.ResponseStarted();
        await OnTheWayAsync(delay / 2, attempt).ConfigureAwait(false);
        return answer.IsSuccess && errorAfter ? ServerError(attaches) : answer.IsSuccess && lostAfter ? Lost(attaches) : answer;
    }

    private Task OnTheWayAsync(TimeSpan delay, IAttempt attempt) => Task.Delay(delay, world.Time, attempt.Token);

    private NotionResult<NotionFileUpload> OnUpload(string id, Func<ModelUpload, NotionResult<NotionFileUpload>> work) =>
        model.Find(id) is { } upload && upload.Status != NotionUploadStatus.Expired ? work(upload) : Forgotten();

    private NotionFileUpload Describe(ModelUpload upload) => new(
        upload.Id, upload.Status, upload.ExpiryTicks is { } expiry ? world.Time.Start.AddTicks(expiry) : null, upload.FileName, upload.ContentType,
        upload.Parts.Count == 0 ? null : upload.Parts.Values.Sum(p => (long)p.Length), upload.PartCount, upload.Parts.Count)
    {
        Date = new DateTimeOffset(world.Time.GetUtcNow().Ticks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero),
    };

    private NotionPage Page(string id) => new(id, null, Properties([.. model.Attachments.Where(a => a.TargetId == id && a.Kind == "property").Select(a => new NotionFile(a.Name, "file", a.Id))]));

    private static Dictionary<string, NotionProperty> Properties(IReadOnlyList<NotionFile> files) =>
        new(StringComparer.Ordinal) { ["Name"] = new("title", "title", []), ["Files"] = new("files", "files", files) };

    private static NotionFailure Forgotten() => new(FailureClass.Forgotten, Error(ErrorCodes.UploadExpired, 404, "object_not_found", "Could not find file_upload."));

    private static NotionFailure NotAttachable() => new(FailureClass.Permanent, Error(ErrorCodes.NotionRefused, 404, "object_not_found", "Could not find file_upload with ID."));

    private static NotionFailure TooMany(TimeSpan wait, string reason) =>
        new(FailureClass.ToldToWait, Error(ErrorCodes.NotionRefused, 429, "rate_limited", "You have been rate limited.")) { RetryAfter = wait, RateLimitReason = reason };

    private static NotionFailure ServerError(bool attaches) =>
        new(attaches ? FailureClass.Ambiguous : FailureClass.Transient, Error(ErrorCodes.NotionUnreachable, 504, "gateway_timeout", "Gateway Timeout"));

    private static NotionFailure Lost(bool attaches) =>
        new(attaches ? FailureClass.Ambiguous : FailureClass.Unknown, new SluiceError(ErrorCodes.NotionUnreachable, "The connection broke."));

    private static SluiceError Error(ErrorCode code, int status, string notionCode, string message) => new(code, message) { NotionStatus = status, NotionCode = notionCode };
}
