namespace Sluice.Transfer;

/// <summary>
/// Decides whether one more Notion upload can be made without any of them missing its hour. Pure arithmetic: earliest
/// deadline first is optimal here (one shared resource, all work known), so it is enough to see that at every deadline the
/// work due by then fits in the time until then, once counted in requests and once in bytes.
/// </summary>
internal static class CreationGate
{
    /// <summary>Requests an upload takes besides its parts: create, complete, and two for the attach.</summary>
    public const int RequestsBesideParts = 4;

    /// <summary>Work of one upload that is or would be made.</summary>
    /// <param name="Requests">Requests still to be made.</param>
    /// <param name="Bytes">Bytes still to be sent.</param>
    /// <param name="Until">The time planning leaves it.</param>
    /// <param name="ArrivalBytesPerSecond">How fast the bytes come from the client, already reduced by a margin; null: they are all here.</param>
    /// <param name="NotHere">Bytes that have to arrive yet; null: all of them.</param>
    internal readonly record struct Work(long Requests, long Bytes, TimeSpan Until, double? ArrivalBytesPerSecond = null, long? NotHere = null);

    /// <summary>Whether all fit.</summary>
    /// <param name="all">Uploads already made and the one that asks; they are sorted here, for this is asked often.</param>
    /// <param name="candidate">The one that asks.</param>
    /// <param name="requestsPerSecond">The budget; infinite where there is none.</param>
    /// <param name="bytesPerSecond">The learned upstream rate; null: not known yet, then only requests count.</param>
    public static bool Fits(Span<Work> all, Work candidate, double requestsPerSecond, double? bytesPerSecond)
    {
        if (!Alone(candidate, requestsPerSecond, bytesPerSecond))
        {
            return false;
        }

        double requests = 0, bytes = 0;
        all.Sort(static (one, other) => one.Until.CompareTo(other.Until));
        foreach (var work in all)
        {
            requests += work.Requests;
            bytes += work.Bytes;
            if (Seconds(requests, bytes, requestsPerSecond, bytesPerSecond) > work.Until.TotalSeconds)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether it would fit with nothing else on the connection: if not, it never can at these rates.</summary>
    public static bool Alone(Work candidate, double requestsPerSecond, double? bytesPerSecond) =>
        Seconds(candidate.Requests, candidate.Bytes, requestsPerSecond, bytesPerSecond) <= candidate.Until.TotalSeconds
        && ArrivesInTime(candidate);

    /// <summary>Whether its client brings in time what is not here yet. Who does not pass for this alone holds nobody else up.</summary>
    public static bool ArrivesInTime(Work work) =>
        work.ArrivalBytesPerSecond is not { } arrival || (work.NotHere ?? work.Bytes) <= arrival * work.Until.TotalSeconds;

    /// <summary>How long a new upload would wait before it fits: all work known, less what planning leaves it from then on.</summary>
    /// <param name="ahead">Uploads already made, and those that wait to be.</param>
    /// <param name="candidate">The one that is asked about.</param>
    /// <param name="requestsPerSecond">The budget; infinite where there is none.</param>
    /// <param name="bytesPerSecond">The learned upstream rate; null: not known yet, then only requests count.</param>
    public static TimeSpan PredictWait(IEnumerable<Work> ahead, Work candidate, double requestsPerSecond, double? bytesPerSecond)
    {
        double requests = candidate.Requests, bytes = candidate.Bytes;
        var any = false;
        foreach (var work in ahead)
        {
            any = true;
            requests += work.Requests;
            bytes += work.Bytes;
        }

        // With nothing else under way it is let in at once, whatever the rates say.
        var seconds = any ? Seconds(requests, bytes, requestsPerSecond, bytesPerSecond) - candidate.Until.TotalSeconds : 0;
        return TimeSpan.FromSeconds(Math.Clamp(seconds, 0, TimeSpan.FromDays(1).TotalSeconds));
    }

    private static double Seconds(double requests, double bytes, double requestsPerSecond, double? bytesPerSecond) =>
        Math.Max(requests / requestsPerSecond, bytesPerSecond is { } rate ? bytes / rate : 0);
}
