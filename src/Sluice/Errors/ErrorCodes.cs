namespace Sluice.Errors;

/// <summary>The closed table of errors (docs/errors.md): every failure a user meets is one of these.</summary>
public static class ErrorCodes
{
    /// <summary>No Notion token was given.</summary>
    public static ErrorCode TokenMissing { get; } = new("token_missing", 2, 401, "No Notion token was given.", "Set NOTION_TOKEN (or NOTION_API_TOKEN, NOTION_API_KEY), or name a file with --token-file.");

    /// <summary>Notion refused the token.</summary>
    public static ErrorCode TokenRefused { get; } = new("token_refused", 2, 502, "Notion refused the token.", "Check that the token is whole and that the connection was not removed in Notion.");

    /// <summary>The page or database is not there, or is not shared with this connection.</summary>
    public static ErrorCode TargetNotShared { get; } = new("target_not_shared", 1, 422, "The page or database is not there, or is not shared with this connection.", "Open it in Notion, choose Connections in its menu, add this connection, and try again.");

    /// <summary>The target has more than one place the file could go.</summary>
    public static ErrorCode TargetAmbiguous { get; } = new("target_ambiguous", 2, 422, "The target has more than one place the file could go.", "Name the files property: page:<id>::<property> or database:<id>::<property>.");

    /// <summary>Notion does not take files of this type.</summary>
    public static ErrorCode TypeRefused { get; } = new("type_refused", 4, 415, "Notion does not take files of this type.", "Rename the file, or carry it as text with --unsupported text.");

    /// <summary>The file is larger than Notion takes.</summary>
    public static ErrorCode TooLarge { get; } = new("too_large", 4, 413, "The file is larger than Notion takes.", "Split the file; Notion's ceiling is 5 GiB (5,368,709,120 bytes).");

    /// <summary>The file cannot arrive within the hour that Notion gives an upload.</summary>
    public static ErrorCode TooSlow { get; } = new("too_slow", 4, 413, "The file cannot arrive within the hour that Notion gives an upload.", "Use a faster link, or give the spool room for the whole file.");

    /// <summary>The file is empty, and Notion takes no empty files.</summary>
    public static ErrorCode EmptyFile { get; } = new("empty_file", 4, 422, "The file is empty, and Notion takes no empty files.", "Leave it out, or put at least one byte in it.");

    /// <summary>The file's name is longer than the 900 bytes that Notion takes.</summary>
    public static ErrorCode NameTooLong { get; } = new("name_too_long", 4, 422, "The file's name is longer than the 900 bytes that Notion takes.", "Give a shorter one with --name.");

    /// <summary>The file is larger than this workspace's plan allows.</summary>
    public static ErrorCode PlanLimit { get; } = new("plan_limit", 4, 413, "The file is larger than this workspace's plan allows.", "Upgrade the workspace (free plans take 5 MiB a file), or split the file.");

    /// <summary>The workspace has used up the blocks of its free plan.</summary>
    public static ErrorCode BlockLimit { get; } = new("block_limit", 4, 402, "The workspace has used up the blocks of its free plan.", "Upgrade the workspace, or attach to a files property of an existing page, which needs no new block.");

    /// <summary>Notion has blocked this connection's requests.</summary>
    public static ErrorCode RateBlocked { get; } = new("rate_blocked", 3, 503, "Notion has blocked this connection's requests.", "Ask Notion's support; the upload keeps its place.");

    /// <summary>The file is not the one that was uploaded so far.</summary>
    public static ErrorCode SourceChanged { get; } = new("source_changed", 1, 409, "The file is not the one that was uploaded so far.", "Start over with --restart, or put the old file back.");

    /// <summary>The file could not be read.</summary>
    public static ErrorCode SourceMissing { get; } = new("source_missing", 1, 404, "The file could not be read.", "Check that it is there and that you may read it.");

    /// <summary>There is no room left on the disk.</summary>
    public static ErrorCode DiskFull { get; } = new("disk_full", 1, 507, "There is no room left on the disk.", "Free some space, or set Spool:Directory or --data to another disk; then run the same command again.");

    /// <summary>The recorded state cannot be read.</summary>
    public static ErrorCode StateCorrupt { get; } = new("state_corrupt", 2, 500, "The recorded state cannot be read.", "Move the state folder away to start over; uploads already done at Notion stay done.");

    /// <summary>The recorded state was written by a newer version of Sluice.</summary>
    public static ErrorCode StateNewer { get; } = new("state_newer", 2, 500, "The recorded state was written by a newer version of Sluice.", "Use that version, or another state folder with --data.");

    /// <summary>Another process is moving this upload.</summary>
    public static ErrorCode Locked { get; } = new("locked", 3, 423, "Another process is moving this upload.", "Wait for it to end, or stop it; then run the same command again.");

    /// <summary>The upload's time is over.</summary>
    public static ErrorCode UploadExpired { get; } = new("upload_expired", 1, 410, "The upload's time is over.", "Start it again.");

    /// <summary>Notion refused the request for good.</summary>
    public static ErrorCode NotionRefused { get; } = new("notion_refused", 1, 502, "Notion refused the request for good.", "The message says what Notion said; quote its request id when asking Notion's support.");

    /// <summary>Notion could not be reached, or kept failing.</summary>
    public static ErrorCode NotionUnreachable { get; } = new("notion_unreachable", 3, 503, "Notion could not be reached, or kept failing.", "Check the network; run the same command again to go on.");

    /// <summary>Connecting to Notion took longer than Timeouts:Connect.</summary>
    public static ErrorCode TimeoutConnect { get; } = new("timeout_connect", 3, 504, "Connecting to Notion took longer than Timeouts:Connect.", "Check the network and any proxy; run the same command again to go on.");

    /// <summary>Notion did not answer within Timeouts:Response after the request was sent.</summary>
    public static ErrorCode TimeoutResponse { get; } = new("timeout_response", 3, 504, "Notion did not answer within Timeouts:Response after the request was sent.", "Run the same command again to go on; smaller parts (--part-size) help on slow links.");

    /// <summary>The connection stood still for longer than Timeouts:Read.</summary>
    public static ErrorCode TimeoutRead { get; } = new("timeout_read", 3, 504, "The connection stood still for longer than Timeouts:Read.", "Check the network; run the same command again to go on.");

    /// <summary>One attempt took longer than Timeouts:Total.</summary>
    public static ErrorCode TimeoutTotal { get; } = new("timeout_total", 3, 504, "One attempt took longer than Timeouts:Total.", "Use smaller parts (--part-size), or a faster link.");

    /// <summary>The upload was interrupted; what arrived is kept.</summary>
    public static ErrorCode Interrupted { get; } = new("interrupted", 3, 503, "The upload was interrupted; what arrived is kept.", "Run the same command again to go on.");

    /// <summary>The upload was cancelled.</summary>
    public static ErrorCode Cancelled { get; } = new("cancelled", 3, 410, "The upload was cancelled.", "Start it again if that was not meant.");

    /// <summary>There is no room for another upload right now.</summary>
    public static ErrorCode Busy { get; } = new("busy", 3, 503, "There is no room for another upload right now.", "Try again after the time given.");

    /// <summary>There is no such upload.</summary>
    public static ErrorCode NotFound { get; } = new("not_found", 2, 404, "There is no such upload.", "List the recorded ones with sluice list.");

    /// <summary>The request carries no valid key.</summary>
    public static ErrorCode Unauthorized { get; } = new("unauthorized", 2, 401, "The request carries no valid key.", "Send Authorization: Bearer <key>; an admin makes keys with sluice key create.");

    /// <summary>The key does not allow this.</summary>
    public static ErrorCode Forbidden { get; } = new("forbidden", 2, 403, "The key does not allow this.", "Use a key with the scope that is named.");

    /// <summary>The request or its options are wrong.</summary>
    public static ErrorCode BadRequest { get; } = new("bad_request", 2, 400, "The request or its options are wrong.", "The message says what is wrong and what is expected.");

    /// <summary>The bytes do not match their checksum.</summary>
    public static ErrorCode ChecksumMismatch { get; } = new("checksum_mismatch", 1, 460, "The bytes do not match their checksum.", "Send them again; if it happens again, check the source's disk and memory.");

    /// <summary>The upload has been attached to another target already.</summary>
    public static ErrorCode AlreadyAttached { get; } = new("already_attached", 1, 409, "The upload has been attached to another target already.", "Upload the file again to attach it elsewhere.");

    /// <summary>The length of the body is not known.</summary>
    public static ErrorCode LengthRequired { get; } = new("length_required", 2, 411, "The length of the body is not known.", "Send Content-Length.");

    /// <summary>Every row, in the order of docs/errors.md.</summary>
    public static IReadOnlyList<ErrorCode> All { get; } =
    [
        TokenMissing, TokenRefused, TargetNotShared, TargetAmbiguous,
        TypeRefused, TooLarge, TooSlow, EmptyFile,
        NameTooLong, PlanLimit, BlockLimit, RateBlocked,
        SourceChanged, SourceMissing, DiskFull, StateCorrupt,
        StateNewer, Locked, UploadExpired, NotionRefused,
        NotionUnreachable, TimeoutConnect, TimeoutResponse, TimeoutRead,
        TimeoutTotal, Interrupted, Cancelled, Busy,
        NotFound, Unauthorized, Forbidden, BadRequest,
        ChecksumMismatch, AlreadyAttached, LengthRequired,
    ];

    /// <summary>Finds a row by its stable name.</summary>
    /// <param name="name">The stable name, such as <c>too_large</c>.</param>
    /// <returns>The row, or null where there is none.</returns>
    public static ErrorCode? Find(string name)
    {
        foreach (var code in All)
        {
            if (code.Name == name)
            {
                return code;
            }
        }

        return null;
    }
}
