namespace Sluice.Diagnostics;

/// <summary>The keys and values of the metrics' tags.</summary>
internal static class MetricTags
{
    public const string Outcome = "outcome";
    public const string ErrorType = "error.type";
    public const string Direction = "direction";
    public const string Wait = "wait";
    public const string Use = "use";
    public const string State = "state";
    public const string Level = "level";
    public const string Alert = "alert";
    public const string Reason = "reason";

    /// <summary>A new upload whose bytes could not wait here as long as they may have to; the gateway's judgement has more reasons.</summary>
    public const string RefusedForWait = "wait";

    /// <summary>Bytes read from a client or a file.</summary>
    public const string In = "in";

    /// <summary>Part bytes given to Notion's socket, repeats included.</summary>
    public const string Out = "out";
}
