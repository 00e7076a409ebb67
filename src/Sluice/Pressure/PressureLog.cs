using Microsoft.Extensions.Logging;

namespace Sluice.Pressure;

/// <summary>Log lines about memory and CPU; event ids 300 to 349.</summary>
internal static partial class PressureLog
{
    [LoggerMessage(300, LogLevel.Debug, "The process has {WarmUpMb} MiB after warm-up; part buffers: {Reason}")]
    public static partial void BuffersChosen(ILogger log, long warmUpMb, string reason);

    [LoggerMessage(301, LogLevel.Warning, "Memory pressure is {Level}: {Reason}")]
    public static partial void MemoryPressure(ILogger log, PressureLevel level, string reason);

    [LoggerMessage(302, LogLevel.Information, "Memory pressure is over: {Reason}")]
    public static partial void MemoryEased(ILogger log, string reason);

    [LoggerMessage(303, LogLevel.Information, "A collection gave back {Bytes} bytes of resident memory in {Milliseconds} ms")]
    public static partial void Collected(ILogger log, long bytes, long milliseconds);

    [LoggerMessage(304, LogLevel.Debug, "{Reason}")]
    public static partial void SendersChanged(ILogger log, string reason);

    [LoggerMessage(306, LogLevel.Error, "{Count} pages were never given back, of: {Owners}. This is a bug of Sluice")]
    public static partial void PagesOut(ILogger log, int count, string owners);

    [LoggerMessage(305, LogLevel.Warning, "The limit on memory cannot be kept: {Reason}")]
    public static partial void LimitOutOfReach(ILogger log, string reason);
}
