using Sluice.Buffers;

namespace Sluice.Pressure;

/// <summary>
/// Chooses <c>Memory:BufferMb</c> where it is auto: 31 in the small profile, six tickets of the 5.12 MiB parts of a 5 GiB file,
/// lowered only where the process is already larger than 36 MiB after warm-up; half of the limit in the standard profile.
/// Peak RSS is to stay at four fifths of the limit, and 13 MiB of that, 18 with a server, are the collector's slack and what is not
/// counted (docs/limits.md). Pure; RuleTests.
/// </summary>
internal static class BufferRule
{
    /// <summary>The small profile's budget, MiB.</summary>
    public const int SmallMb = 31;

    /// <summary>Two parts: one is filled while another is sent, MiB.</summary>
    public const int LeastMb = 11;

    /// <summary>A process of at most this size after warm-up leaves room for all of it, MiB.</summary>
    public const int ExpectedWarmUpMb = 36;

    /// <summary>What the plan leaves for everything that is neither warm-up nor tickets, MiB.</summary>
    public const int OverheadMb = 13;

    /// <summary>The same for a process that is larger than expected: what makes it larger is a server, with connections, requests and their garbage (bench/run.sh concurrent-25 --profile rough), MiB.</summary>
    public const int ServerOverheadMb = 18;

    private const double PeakShare = 0.8;

    /// <summary>Decides.</summary>
    /// <param name="options">The settings; a budget set by hand wins.</param>
    /// <param name="profile">The machine's size.</param>
    /// <param name="warmUpBytes">RSS after warm-up; 0: not known.</param>
    public static BufferDecision Decide(MemoryOptions options, ProfileKind profile, long warmUpBytes)
    {
        if (options.BufferMb > 0)
        {
            return new(options.BufferMb, warmUpBytes, $"Memory:BufferMb was set to {options.BufferMb} by hand");
        }

        var warmUp = (int)((warmUpBytes + (1 << 20) - 1) >> 20);
        var wanted = profile == ProfileKind.Small ? SmallMb : Math.Max(SmallMb, options.LimitMb / 2);
        var overhead = warmUp > ExpectedWarmUpMb ? ServerOverheadMb : OverheadMb;
        var room = (int)(options.LimitMb * PeakShare) - overhead - Math.Max(warmUp, ExpectedWarmUpMb);

        // One upload's share is never taken away: a part of any size that the settings allow can be sent.
        var least = Math.Max(LeastMb, options.PerUploadMb);
        var chosen = Math.Clamp(room, least, Math.Max(wanted, least));
        return new(chosen, warmUpBytes, Why(options, profile, warmUp, wanted, chosen));
    }

    private static string Why(MemoryOptions options, ProfileKind profile, int warmUp, int wanted, int chosen) =>
        chosen >= wanted && profile == ProfileKind.Small ? $"auto: {chosen} MiB, the small profile's (the process has {warmUp} MiB after warm-up, at most {ExpectedWarmUpMb} are expected)"
        : chosen >= wanted ? $"auto: {chosen} MiB, half of Memory:LimitMb ({options.LimitMb})"
        : warmUp > ExpectedWarmUpMb ? $"auto: {chosen} MiB instead of {wanted}, because the process has {warmUp} MiB after warm-up, more than the {ExpectedWarmUpMb} expected, and Memory:LimitMb is {options.LimitMb}"
        : $"auto: {chosen} MiB instead of {wanted}, because Memory:LimitMb is {options.LimitMb}";
}
