namespace Sluice.Notion;

/// <summary>What kinds of calls there are, as far as failures go.</summary>
internal static class NotionEndpoints
{
    /// <summary>Calls that show a file somewhere: repeating one blindly may show it twice.</summary>
    public static bool Attaches(this NotionEndpoint endpoint) =>
        endpoint is NotionEndpoint.AppendChildren or NotionEndpoint.CreatePage or NotionEndpoint.UpdatePage;

    /// <summary>Calls about one file upload, whose 404 means that the upload is gone.</summary>
    public static bool ConcernsUpload(this NotionEndpoint endpoint) =>
        endpoint is NotionEndpoint.Send or NotionEndpoint.Complete or NotionEndpoint.Retrieve;

    /// <summary>Calls about a page, block, database or data source that the user named.</summary>
    public static bool ConcernsTarget(this NotionEndpoint endpoint) => endpoint >= NotionEndpoint.AppendChildren;
}
