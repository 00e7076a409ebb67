namespace Sluice.Notion;

/// <summary>The calls of Notion's API that Sluice makes.</summary>
internal enum NotionEndpoint
{
    /// <summary>POST /v1/file_uploads.</summary>
    Create,

    /// <summary>POST /v1/file_uploads/{id}/send.</summary>
    Send,

    /// <summary>POST /v1/file_uploads/{id}/complete.</summary>
    Complete,

    /// <summary>GET /v1/file_uploads/{id}.</summary>
    Retrieve,

    /// <summary>GET /v1/file_uploads.</summary>
    List,

    /// <summary>GET /v1/users/me.</summary>
    UsersMe,

    /// <summary>PATCH /v1/blocks/{id}/children.</summary>
    AppendChildren,

    /// <summary>GET /v1/blocks/{id}/children.</summary>
    ListChildren,

    /// <summary>GET /v1/blocks/{id}.</summary>
    RetrieveBlock,

    /// <summary>GET /v1/pages/{id}.</summary>
    RetrievePage,

    /// <summary>PATCH /v1/pages/{id}.</summary>
    UpdatePage,

    /// <summary>POST /v1/pages.</summary>
    CreatePage,

    /// <summary>GET /v1/databases/{id}.</summary>
    RetrieveDatabase,

    /// <summary>GET /v1/data_sources/{id}.</summary>
    RetrieveDataSource,

    /// <summary>POST /v1/data_sources/{id}/query.</summary>
    QueryDataSource,
}
