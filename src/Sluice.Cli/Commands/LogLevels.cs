using Microsoft.Extensions.Logging;

namespace Sluice.Cli.Commands;

/// <summary>The words of <c>--log-level</c>.</summary>
internal static class LogLevels
{
    public static LogLevel Read(string? text, LogLevel unset, List<string> problems)
    {
        switch (text?.ToLowerInvariant())
        {
            case null: return unset;
            case "none": return LogLevel.None;
            case "trace": return LogLevel.Trace;
            case "debug": return LogLevel.Debug;
            case "info" or "information": return LogLevel.Information;
            case "warn" or "warning": return LogLevel.Warning;
            case "error": return LogLevel.Error;
            case "critical": return LogLevel.Critical;
            default:
                problems.Add($"--log-level {text}: write trace, debug, information, warning, error or none.");
                return LogLevel.None;
        }
    }
}
