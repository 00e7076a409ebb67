using System.IO.Hashing;
using System.Text;

namespace Sluice.Simulator.Faults;

/// <summary>The named fault profiles as arithmetic: a draw is a hash of seed, upload, endpoint, part and try, so that the order of arrival does not matter.</summary>
internal static class FaultProfile
{
    /// <summary>How long an outage lasts, from the first send.</summary>
    public static readonly TimeSpan Outage = TimeSpan.FromSeconds(90);

    private static readonly int[] ServerErrors = [502, 503, 504];

    public static IReadOnlyList<string> Names { get; } = ["calm", "flaky", "rough", "outage", "forgetful"];

    /// <summary>The endpoints whose requests a percentage may hit; others are served, under <c>rough</c> slowly.</summary>
    public static bool Draws(string endpoint) => endpoint is "create" or "send" or "complete" or "append" or "block_update" or "page_create" or "page_update";

    /// <summary>What happens to the <paramref name="attempt"/>th request of its kind.</summary>
    public static FaultAction? Draw(string profile, ulong seed, string who, string endpoint, string part, int attempt)
    {
        double Chance(string what) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes($"{seed}/{who}/{endpoint}/{part}/{attempt}/{what}")) / 18446744073709551616.0;

        var draw = Draws(endpoint) ? Chance("fault") : 1;
        var error = ServerErrors[(int)(Chance("status") * 3)];
        return profile switch
        {
            "flaky" => Flaky(draw, error, endpoint),
            "rough" => Rough(draw, error, endpoint, Chance("early") < 0.5 ? 429 : 413, TimeSpan.FromSeconds(0.5 + (Chance("delay") * 1.5))),
            _ => null,
        };
    }

    private static FaultAction? Flaky(double draw, int error, string endpoint) => draw switch
    {
        < 0.03 => new FaultAction { Status = error },
        < 0.04 => new FaultAction { ResetAfter = endpoint == "send" ? 200_000 : 0 },
        < 0.05 => new FaultAction { Status = 429, RetryAfter = 1 },
        _ => null,
    };

    private static FaultAction Rough(double draw, int error, string endpoint, int early, TimeSpan delay) => draw switch
    {
        < 0.05 => new FaultAction { Status = error, Delay = delay },
        < 0.10 => new FaultAction { Status = error, Kept = true, Delay = delay },
        < 0.13 => new FaultAction { ResetAfter = endpoint == "send" ? 500_000 : 0 },
        < 0.14 => new FaultAction { Hang = true },
        < 0.15 when endpoint == "send" => new FaultAction { Status = early, RetryAfter = early == 429 ? 1 : null, RefuseAfter = 100_000 },
        _ => new FaultAction { Delay = delay },
    };
}
