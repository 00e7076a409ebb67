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
    internal readonly record struct Work(long Requests, long Bytes, TimeSpan Until, double? ArrivalBytesPerSecond = null);

    /// <summary>Whether all fit.</summary>
    /// <param name="made">Uploads already made.</param>
    /// <param name="candidate">The one that asks.</param>
    /// <param name="requestsPerSecond">The budget; infinite where there is none.</param>
    /// <param name="bytesPerSecond">The learned upstream rate; null: not known yet, then only requests count.</param>
    public static bool Fits(IEnumerable<Work> made, Work candidate, double requestsPerSecond, double? bytesPerSecond)
    {
        if (!Alone(candidate, requestsPerSecond, bytesPerSecond))
        {
            return false;
        }

        double requests = 0, bytes = 0;
        foreach (var work in made.Append(candidate).OrderBy(static w => w.Until))
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
        && (candidate.ArrivalBytesPerSecond is not { } arrival || candidate.Bytes / arrival <= candidate.Until.TotalSeconds);

    private static double Seconds(double requests, double bytes, double requestsPerSecond, double? bytesPerSecond) =>
        Math.Max(requests / requestsPerSecond, bytesPerSecond is { } rate ? bytes / rate : 0);
}
