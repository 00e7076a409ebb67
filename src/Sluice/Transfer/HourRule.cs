using Sluice.Errors;

namespace Sluice.Transfer;

/// <summary>What Notion's hour asks of a client's speed. Pure arithmetic; HourRuleTests.</summary>
internal static class HourRule
{
    /// <summary>So many bytes are taken to see how fast a client is: enough to look behind the socket's buffers.</summary>
    public const long Sample = 2 << 20;

    /// <summary>A client that is slower than this by far is rare, and an upload that needs less is not measured first.</summary>
    private const double LeastWorthMeasuring = 32 << 10;

    /// <summary>Lines get worse: only so much of a measured rate is counted on.</summary>
    private const double Margin = 0.8;

    /// <summary>Whether a client could be too slow for an upload, so that it pays to know before the hour begins.</summary>
    public static bool ShouldMeasure(long length, long notHere, TimeSpan planning) =>
        notHere > Sample && IsWorthMeasuring(length, planning);

    /// <summary>Whether an upload needs more than even a bad line has.</summary>
    public static bool IsWorthMeasuring(long length, TimeSpan planning) => length / planning.TotalSeconds > LeastWorthMeasuring;

    /// <summary>The rate to count on for bytes that are not here yet; null: nothing is known that speaks against it.</summary>
    /// <param name="notHere">Bytes that have to arrive.</param>
    /// <param name="measured">The measured rate.</param>
    /// <param name="isStaged">Whether it can wait without loss until it is known.</param>
    public static double? Arrival(long notHere, double? measured, bool isStaged) =>
        notHere == 0 ? null : measured is { } rate ? rate * Margin : isStaged ? 0 : null;

    /// <summary>Whether the rest could not arrive in time even at twice the measured rate: lines get better too, and what is refused for this is refused for good.</summary>
    public static bool IsHopeless(long notHere, double? measured, TimeSpan planning) => notHere > 2 * measured * planning.TotalSeconds;

    /// <summary>What an upload that can never pass is told.</summary>
    public static SluiceError TooSlow(long length, long requests, TimeSpan planning)
    {
        var minutes = planning.TotalMinutes;
        return new SluiceError(ErrorCodes.TooSlow, $"{length:N0} bytes in {requests - CreationGate.RequestsBesideParts:N0} parts cannot arrive within the {minutes:N0} minutes that can be planned of Notion's hour, at the present rates: {length / (minutes * 60) / 1e6:N2} MB/s and {requests / minutes:N0} requests a minute are needed.");
    }

    /// <summary>What a client has to send at least, in bytes a second, so that the rest arrives in a time; null: it is over.</summary>
    public static long? Needed(long missing, TimeSpan left) => left > TimeSpan.Zero ? (long)Math.Ceiling(missing / left.TotalSeconds) : null;
}
