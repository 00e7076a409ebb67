using Microsoft.Extensions.Logging;

namespace Sluice.Transfer;

/// <summary>Log lines of sessions; event ids 100 to 149. Names and ids only, never an address or a token.</summary>
internal static partial class TransferLog
{
    [LoggerMessage(100, LogLevel.Information, "Upload {UploadId} of '{Name}' ({Length} bytes) starts")]
    public static partial void UploadStarted(ILogger log, string uploadId, string name, long length);

    [LoggerMessage(101, LogLevel.Information, "Upload {UploadId} of '{Name}' goes on from {Bytes} of {Length} bytes")]
    public static partial void UploadResumed(ILogger log, string uploadId, string name, long bytes, long length);

    [LoggerMessage(102, LogLevel.Debug, "Upload {UploadId}: part {Part} of {Total} is acknowledged")]
    public static partial void PartAcknowledged(ILogger log, string uploadId, int part, int total);
}
