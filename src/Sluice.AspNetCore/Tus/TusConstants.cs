namespace Sluice.AspNetCore.Tus;

/// <summary>The protocol's names.</summary>
internal static class TusConstants
{
    public const string Version = "1.0.0";
    public const string Extensions = "creation,creation-with-upload,expiration,checksum,termination";
    public const string ChecksumAlgorithms = "sha1,sha256";
    public const string ContentType = "application/offset+octet-stream";

    public const string Resumable = "Tus-Resumable";
    public const string VersionHeader = "Tus-Version";
    public const string Extension = "Tus-Extension";
    public const string MaxSize = "Tus-Max-Size";
    public const string ChecksumAlgorithm = "Tus-Checksum-Algorithm";
    public const string Offset = "Upload-Offset";
    public const string Length = "Upload-Length";
    public const string Metadata = "Upload-Metadata";
    public const string Expires = "Upload-Expires";
    public const string Checksum = "Upload-Checksum";
    public const string DeferLength = "Upload-Defer-Length";
    public const string Concat = "Upload-Concat";
    public const string MethodOverride = "X-HTTP-Method-Override";

    /// <summary>Ours, in the answer to POST: what the client has to send from the first byte on to end within Notion's hour.</summary>
    public const string NeededRate = "Sluice-Needed-Bytes-Per-Second";

    /// <summary>The body that runs for an upload ends within this time, or the request that asked is told 423.</summary>
    public static readonly TimeSpan EndBody = TimeSpan.FromSeconds(2);
}
