using Sluice.Diagnostics;

namespace Sluice.AspNetCore.Admission;

/// <summary>How reasons are spelled, and what each means for the client's next try.</summary>
internal static class AdmissionReasons
{
    private static readonly string[] Names = [.. Enum.GetNames<AdmissionReason>().Select(WaitNames.Spell)];

    /// <summary>Every reason that can refuse, for the page of metrics.</summary>
    public static IReadOnlyList<AdmissionReason> Refusals { get; } =
        [AdmissionReason.Draining, AdmissionReason.Credentials, AdmissionReason.Memory, AdmissionReason.Open, AdmissionReason.Breaker, AdmissionReason.NotBefore, AdmissionReason.Queued, AdmissionReason.Cpu];

    /// <summary>The name; no allocation.</summary>
    public static string NameOf(AdmissionReason reason) => Names[(int)reason];

    /// <summary>What another try would wait for, among the reasons that parts wait for.</summary>
    public static WaitReason WaitOf(AdmissionReason reason) => reason switch
    {
        AdmissionReason.Memory => WaitReason.Memory,
        AdmissionReason.Breaker or AdmissionReason.Credentials => WaitReason.Breaker,
        AdmissionReason.NotBefore => WaitReason.NotBefore,
        _ => WaitReason.Queue,
    };
}
