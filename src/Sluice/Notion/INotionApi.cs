namespace Sluice.Notion;

/// <summary>
/// Notion's API, one attempt a call: no retry, no pace, no waiting. Failures are values. A call ends only after nothing
/// reads its request body any more, also when it failed or was cancelled.
/// </summary>
internal interface INotionApi
{
    Task<NotionResult<NotionFileUpload>> CreateAsync(CreateFileUploadRequest request, IAttempt attempt);

    /// <summary>Sends a single-part file or one numbered part.</summary>
    Task<NotionResult<NotionFileUpload>> SendAsync(SendFileUploadRequest request, IAttempt attempt);

    Task<NotionResult<NotionFileUpload>> CompleteAsync(string fileUploadId, IAttempt attempt);

    Task<NotionResult<NotionFileUpload>> RetrieveAsync(string fileUploadId, IAttempt attempt);

    Task<NotionResult<NotionFileUploadList>> ListAsync(string? status, string? startCursor, int pageSize, IAttempt attempt);

    Task<NotionResult<NotionBot>> UsersMeAsync(IAttempt attempt);

    /// <summary>Appends one media block that shows the upload to the end of a page or block.</summary>
    Task<NotionResult<NotionBlock>> AppendBlockAsync(AppendBlockRequest request, IAttempt attempt);

    Task<NotionResult<NotionBlockList>> ListChildrenAsync(string blockId, string? startCursor, IAttempt attempt);

    Task<NotionResult<NotionBlock>> RetrieveBlockAsync(string blockId, IAttempt attempt);

    Task<NotionResult<NotionPage>> RetrievePageAsync(string pageId, IAttempt attempt);

    /// <summary>Replaces a files property by the given files; the caller holds the target's lease and has read the property before.</summary>
    Task<NotionResult<NotionPage>> UpdateFilesAsync(UpdateFilesRequest request, IAttempt attempt);

    /// <summary>Makes a row in a data source with a title and a files property.</summary>
    Task<NotionResult<NotionPage>> CreateRowAsync(CreateRowRequest request, IAttempt attempt);

    Task<NotionResult<NotionDatabase>> RetrieveDatabaseAsync(string databaseId, IAttempt attempt);

    Task<NotionResult<NotionDataSource>> RetrieveDataSourceAsync(string dataSourceId, IAttempt attempt);

    /// <summary>Rows of a data source whose title equals the given text, newest first.</summary>
    Task<NotionResult<NotionPageList>> QueryByTitleAsync(string dataSourceId, string titleProperty, string title, IAttempt attempt);
}
