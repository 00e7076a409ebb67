namespace Sluice.Simulator.Serving;

/// <summary>Which endpoint a path is.</summary>
internal static class Routes
{
    /// <summary>The endpoint's name and the id in its path; <c>unknown</c> where there is none.</summary>
    public static (string Endpoint, string? Id) Find(string method, string path, string version)
    {
        var (endpoint, id) = (method, path.Split('/', StringSplitOptions.RemoveEmptyEntries)) switch
        {
            ("POST", ["v1", "file_uploads"]) => ("create", null),
            ("GET", ["v1", "file_uploads"]) => ("list", null),
            ("POST", ["v1", "file_uploads", var upload, "send"]) => ("send", upload),
            ("POST", ["v1", "file_uploads", var upload, "complete"]) => ("complete", upload),
            ("GET", ["v1", "file_uploads", var upload]) => ("retrieve", upload),
            ("GET", ["v1", "users"]) => ("users", ""),
            ("GET", ["v1", "users", "me"]) => ("users", null),
            ("GET", ["v1", "users", var user]) => ("users", user),
            ("PATCH", ["v1", "blocks", var block, "children"]) => ("append", block),
            ("GET", ["v1", "blocks", var block, "children"]) => ("children", block),
            ("GET", ["v1", "blocks", var block]) => ("block", block),
            ("PATCH", ["v1", "blocks", var block]) => ("block_update", block),
            ("DELETE", ["v1", "blocks", var block]) => ("block_delete", block),
            ("POST", ["v1", "pages"]) => ("page_create", null),
            ("PATCH", ["v1", "pages", var page]) => ("page_update", page),
            ("GET", ["v1", "pages", var page]) => ("page", page),
            ("GET", ["v1", "databases", var database]) => ("database", database),
            ("POST", ["v1", "databases", var database, "query"]) when !ApiVersions.HasDataSources(version) => ("query", database),
            ("GET", ["v1", "data_sources", var source]) when ApiVersions.HasDataSources(version) => ("data_source", source),
            ("POST", ["v1", "data_sources", var source, "query"]) when ApiVersions.HasDataSources(version) => ("query", source),
            ("POST", ["v1", "search"]) => ("search", (string?)null),
            _ => ("unknown", null),
        };
        return (endpoint, id);
    }

    /// <summary>An id with dashes; ids are taken with and without; null: it is none.</summary>
    public static string? Dashed(string id) =>
        Guid.TryParseExact(id, "D", out var guid) || Guid.TryParseExact(id, "N", out guid) ? guid.ToString("D") : null;
}
