using Sluice.Errors;

namespace Sluice.Notion;

/// <summary><see cref="INotionApi"/> over HTTP/1.1: one connection's token, address and HTTP connections.</summary>
internal sealed class NotionHttpApi : INotionApi, IDisposable
{
    private const string Json = "application/json";

    private readonly HttpMessageInvoker _invoker;
    private readonly NotionTransport _transport;
    private readonly ExpectContinueSwitch _expect;

    /// <summary>Makes the client of one token.</summary>
    /// <param name="notion">Address and version.</param>
    /// <param name="connections">Limits of the HTTP connections.</param>
    /// <param name="token">Who we are.</param>
    /// <param name="time">The clock.</param>
    /// <param name="handler">Carries requests in place of sockets (tests, the simulator in process); stays its owner's.</param>
    /// <exception cref="SluiceException"><c>bad_request</c> where a setting is wrong.</exception>
    public NotionHttpApi(NotionOptions notion, ConnectionOptions connections, NotionToken token, TimeProvider time, HttpMessageHandler? handler = null)
    {
        Address = NotionAddress.Parse(notion.Url);
        Connections = NotionHttpHandlerFactory.CreateConnections(connections);
        _expect = new ExpectContinueSwitch(connections.ExpectContinue, time);
        _invoker = handler is null
            ? new HttpMessageInvoker(NotionHttpHandlerFactory.Create(connections, Connections), disposeHandler: true)
            : new HttpMessageInvoker(handler, disposeHandler: false);
        _transport = new NotionTransport(_invoker, Address, notion.Version, token, _expect, time);
    }

    /// <summary>The address this client calls.</summary>
    public Uri Address { get; }

    /// <summary>The HTTP connections as they are now; none where a handler was given.</summary>
    public NotionConnections Connections { get; }

    /// <inheritdoc />
    public Task<NotionResult<NotionFileUpload>> CreateAsync(CreateFileUploadRequest request, IAttempt attempt) =>
        _transport.CallAsync(With(NotionEndpoint.Create, HttpMethod.Post, "/v1/file_uploads", NotionBodies.Create(request)), NotionAnswers.FileUpload, attempt);

    /// <inheritdoc />
    public async Task<NotionResult<NotionFileUpload>> SendAsync(SendFileUploadRequest request, IAttempt attempt)
    {
        var call = new NotionRequest(NotionEndpoint.Send, HttpMethod.Post, Upload(request.FileUploadId) + "/send")
        {
            Body = reporter => new PartContent(request, MultipartForm.NewBoundary(), reporter),
        };
        var result = await _transport.CallAsync(call, NotionAnswers.FileUpload, attempt).ConfigureAwait(false);
        _expect.SendEnded(result.Failure?.Class);
        return result;
    }

    /// <inheritdoc />
    public Task<NotionResult<NotionFileUpload>> CompleteAsync(string fileUploadId, IAttempt attempt)
    {
        var call = new NotionRequest(NotionEndpoint.Complete, HttpMethod.Post, Upload(fileUploadId) + "/complete")
        {
            Body = reporter => new BytesContent([], contentType: null, reporter),
        };
        return _transport.CallAsync(call, NotionAnswers.FileUpload, attempt);
    }

    /// <inheritdoc />
    public Task<NotionResult<NotionFileUpload>> RetrieveAsync(string fileUploadId, IAttempt attempt) =>
        _transport.CallAsync(Get(NotionEndpoint.Retrieve, Upload(fileUploadId)), NotionAnswers.FileUpload, attempt);

    /// <inheritdoc />
    public Task<NotionResult<NotionFileUploadList>> ListAsync(string? status, string? startCursor, int pageSize, IAttempt attempt)
    {
        var query = $"?page_size={pageSize}" + Argument("status", status) + Argument("start_cursor", startCursor);
        return _transport.CallAsync(Get(NotionEndpoint.List, "/v1/file_uploads" + query), NotionAnswers.FileUploads, attempt);
    }

    /// <inheritdoc />
    public Task<NotionResult<NotionBot>> UsersMeAsync(IAttempt attempt) =>
        _transport.CallAsync(Get(NotionEndpoint.UsersMe, "/v1/users/me"), NotionAnswers.Bot, attempt);

    /// <inheritdoc />
    public Task<NotionResult<NotionBlock>> AppendBlockAsync(AppendBlockRequest request, IAttempt attempt)
    {
        var call = With(NotionEndpoint.AppendChildren, HttpMethod.Patch, $"/v1/blocks/{Escape(request.ParentId)}/children", NotionBodies.Append(request));
        return _transport.CallAsync(call, NotionAnswers.FirstBlock, attempt);
    }

    /// <inheritdoc />
    public Task<NotionResult<NotionBlockList>> ListChildrenAsync(string blockId, string? startCursor, IAttempt attempt)
    {
        var call = Get(NotionEndpoint.ListChildren, $"/v1/blocks/{Escape(blockId)}/children?page_size=100" + Argument("start_cursor", startCursor));
        return _transport.CallAsync(call, NotionAnswers.Blocks, attempt);
    }

    /// <inheritdoc />
    public Task<NotionResult<NotionBlock>> RetrieveBlockAsync(string blockId, IAttempt attempt) =>
        _transport.CallAsync(Get(NotionEndpoint.RetrieveBlock, $"/v1/blocks/{Escape(blockId)}"), NotionAnswers.Block, attempt);

    /// <inheritdoc />
    public Task<NotionResult<NotionPage>> RetrievePageAsync(string pageId, IAttempt attempt) =>
        _transport.CallAsync(Get(NotionEndpoint.RetrievePage, $"/v1/pages/{Escape(pageId)}"), NotionAnswers.Page, attempt);

    /// <inheritdoc />
    public Task<NotionResult<NotionPage>> UpdateFilesAsync(UpdateFilesRequest request, IAttempt attempt)
    {
        if (request.Keep.FirstOrDefault(file => file.Url.Length == 0 || file.Kind is not ("external" or "file")) is { } odd)
        {
            var error = new SluiceError(ErrorCodes.NotionRefused, $"The property holds a file of a kind this version does not know ('{NotionErrorText.Clean(odd.Kind)}'); extending the property would remove it. Attach to the page itself, or to another property.");
            return Task.FromResult<NotionResult<NotionPage>>(new NotionFailure(FailureClass.Permanent, error));
        }

        var call = With(NotionEndpoint.UpdatePage, HttpMethod.Patch, $"/v1/pages/{Escape(request.PageId)}", NotionBodies.UpdateFiles(request));
        return _transport.CallAsync(call, NotionAnswers.Page, attempt);
    }

    /// <inheritdoc />
    public Task<NotionResult<NotionPage>> CreateRowAsync(CreateRowRequest request, IAttempt attempt) =>
        _transport.CallAsync(With(NotionEndpoint.CreatePage, HttpMethod.Post, "/v1/pages", NotionBodies.CreateRow(request)), NotionAnswers.Page, attempt);

    /// <inheritdoc />
    public Task<NotionResult<NotionDatabase>> RetrieveDatabaseAsync(string databaseId, IAttempt attempt) =>
        _transport.CallAsync(Get(NotionEndpoint.RetrieveDatabase, $"/v1/databases/{Escape(databaseId)}"), NotionAnswers.Database, attempt);

    /// <inheritdoc />
    public Task<NotionResult<NotionDataSource>> RetrieveDataSourceAsync(string dataSourceId, IAttempt attempt) =>
        _transport.CallAsync(Get(NotionEndpoint.RetrieveDataSource, $"/v1/data_sources/{Escape(dataSourceId)}"), NotionAnswers.DataSource, attempt);

    /// <inheritdoc />
    public Task<NotionResult<NotionPageList>> QueryByTitleAsync(string dataSourceId, string titleProperty, string title, IAttempt attempt)
    {
        var call = With(NotionEndpoint.QueryDataSource, HttpMethod.Post, $"/v1/data_sources/{Escape(dataSourceId)}/query", NotionBodies.QueryByTitle(titleProperty, title));
        return _transport.CallAsync(call, NotionAnswers.Pages, attempt);
    }

    /// <inheritdoc />
    public void Dispose() => _invoker.Dispose();

    private static NotionRequest Get(NotionEndpoint endpoint, string path) => new(endpoint, HttpMethod.Get, path);

    private static NotionRequest With(NotionEndpoint endpoint, HttpMethod method, string path, byte[] json) =>
        new(endpoint, method, path) { Body = reporter => new BytesContent(json, Json, reporter) };

    private static string Upload(string id) => "/v1/file_uploads/" + Escape(id);

    private static string Argument(string name, string? value) => value is null ? "" : $"&{name}={Escape(value)}";

    private static string Escape(string value) => Uri.EscapeDataString(value);
}
