using System.IO.Hashing;
using System.Text;

namespace Sluice.Simulator;

/// <summary>The named fault profiles. A draw is a hash of seed, upload, endpoint, part and try, so that the order of arrival does not matter.</summary>
internal static class FaultProfile
{
    private static readonly int[] ServerErrors = [502, 503, 504];

    public static IReadOnlyList<string> Names { get; } = ["calm", "flaky", "rough", "outage", "forgetful"];

    /// <summary>What happens to a request to create, send, complete, append or write a page.</summary>
    public static FaultAction? Draw(string profile, ulong seed, int upload, string endpoint, int? part, int attempt)
    {
        double Chance(string what) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes($"{seed}/{upload}/{endpoint}/{part}/{attempt}/{what}")) / (double)ulong.MaxValue;

        var draw = Chance("fault");
        var error = ServerErrors[(int)(Chance("status") * 2.999)];
        switch (profile)
        {
            case "flaky":
                return draw < 0.03 ? new FaultAction { Status = error }
                    : draw < 0.04 ? new FaultAction { ResetAfter = endpoint == "send" ? 200_000 : 0 }
                    : draw < 0.05 ? new FaultAction { Status = 429, RetryAfter = 1 }
                    : null;
            case "rough":
                var delay = TimeSpan.FromSeconds(0.5 + (Chance("delay") * 1.5));
                return draw < 0.05 ? new FaultAction { Status = error, Delay = delay }
                    : draw < 0.10 ? new FaultAction { Status = error, Kept = true, Delay = delay }
                    : draw < 0.13 ? new FaultAction { ResetAfter = endpoint == "send" ? 500_000 : 0 }
                    : draw < 0.14 ? new FaultAction { Hang = true }
                    : draw < 0.15 && endpoint == "send" ? new FaultAction { Status = Chance("early") < 0.5 ? 429 : 413, RetryAfter = 1, RefuseAfter = 100_000 }
                    : new FaultAction { Delay = delay };
            default:
                return null;
        }
    }
}
