namespace Sluice.Notion;

/// <summary>
/// Notion gives one code, <c>validation_error</c>, to many refusals; their sentences tell them apart and are documented
/// nowhere. They are matched loosely, and only where a wrong guess does no harm (docs/notion.md, "Sentences").
/// </summary>
internal static class NotionErrorPhrases
{
    /// <summary>Complete names parts that are not there.</summary>
    public static bool NamesMissingParts(string message) =>
        Has(message, "send part number") || (Has(message, "expected") && Has(message, "parts")) || (Has(message, "missing") && Has(message, "part"));

    /// <summary>The upload is not waiting for bytes any more, but not because it is gone.</summary>
    public static bool SaysUploaded(string message) =>
        (Has(message, "uploaded") || Has(message, "completed")) && (Has(message, "already") || Has(message, "status") || Has(message, "pending"));

    /// <summary>The upload is gone.</summary>
    public static bool SaysGone(string message) =>
        Has(message, "expired") || Has(message, "archived") || Has(message, "in trash") || Has(message, "has been deleted")
        || (NamesUpload(message) && (Has(message, "could not find") || Has(message, "not found") || Has(message, "does not exist")));

    /// <summary>The upload's status is not what the call needs; which it is, is not said.</summary>
    public static bool SaysNotPending(string message) => Has(message, "pending") && (Has(message, "status") || NamesUpload(message));

    /// <summary>The sentence is about a file upload, not about the page or block it should be attached to.</summary>
    public static bool NamesUpload(string message) => Has(message, "file_upload") || Has(message, "file upload");

    /// <summary>The type or extension is not among Notion's.</summary>
    public static bool RefusesType(string message) =>
        Has(message, "not supported") && (Has(message, "extension") || Has(message, "content type") || Has(message, "content_type"));

    /// <summary>More bytes than this workspace's plan takes.</summary>
    public static bool RefusesSize(string message) =>
        Has(message, "file_upload_invalid_size") || Has(message, "too large")
        || (Has(message, "size") && (Has(message, "exceed") || Has(message, "limit") || Has(message, "maximum") || Has(message, "larger")));

    private static bool Has(string message, string words) => message.Contains(words, StringComparison.OrdinalIgnoreCase);
}
