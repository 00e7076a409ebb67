using Microsoft.Extensions.Logging;

namespace Sluice.Spool;

/// <summary>Log lines of the spool; event ids 150 to 169.</summary>
internal static partial class SpoolLog
{
    [LoggerMessage(150, LogLevel.Error, "Nothing is staged in '{Folder}' any more: {Reason}")]
    public static partial void Off(ILogger log, string folder, string reason);

    [LoggerMessage(151, LogLevel.Information, "Staging in '{Folder}' goes on: there is room again")]
    public static partial void On(ILogger log, string folder);

    [LoggerMessage(152, LogLevel.Information, "Spool file of {UploadId} ({Bytes} bytes) removed: no record names it and no process has it open")]
    public static partial void OrphanRemoved(ILogger log, string uploadId, long bytes);

    [LoggerMessage(153, LogLevel.Warning, "The spool bytes of upload {UploadId} ({Bytes}), which stood still, made room for another upload")]
    public static partial void MadeRoom(ILogger log, string uploadId, long bytes);

    [LoggerMessage(154, LogLevel.Warning, "Upload {UploadId} goes on without the spool although Spool:Keep is all: {Reason}")]
    public static partial void WithoutSpool(ILogger log, string uploadId, string reason);
}
