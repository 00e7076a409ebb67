using System.Globalization;
using Sluice.Resilience;
using Sluice.Settings;

namespace Sluice.AspNetCore.Admission;

/// <summary>
/// Whether a new upload comes in: accepted, accepted after a delay, or refused with the time after which another try makes
/// sense. Only new ones are judged: an accepted upload is slowed, never refused. What is certain to fail comes first, then
/// what bounds memory, then load. Uploads at full speed up to <see cref="AdmissionLimits.FullSpeed"/> are never refused for
/// load, and clients that merely trickle are counted among the open ones alone. Pure; AdmissionRuleTests.
/// </summary>
internal static class AdmissionRule
{
    /// <summary>A load of seconds passes by itself.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    /// <summary>Memory and open uploads change slowly.</summary>
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(30);

    /// <summary>Another process, or this one again, is there by then.</summary>
    private static readonly TimeSpan Restart = TimeSpan.FromSeconds(5);

    /// <summary>Decides.</summary>
    /// <param name="facts">How things stand.</param>
    /// <param name="limits">The settings.</param>
    /// <param name="backpressure">False where Features:Backpressure is off for the upload: what bounds memory holds all the same.</param>
    public static AdmissionDecision Decide(in AdmissionFacts facts, AdmissionLimits limits, bool backpressure = true) =>
        Impossible(facts) ?? Bounds(facts, limits) ?? Unbridged(facts) ?? (backpressure ? Load(facts, limits) : null) ?? Delayed(facts, limits, backpressure);

    private static AdmissionDecision? Impossible(in AdmissionFacts facts) =>
        facts.Draining ? Refused(AdmissionReason.Draining, Restart, "The gateway is stopping; another one will be there in a moment.")
        : facts.Breaker == BreakerState.Isolated ? Refused(AdmissionReason.Credentials, Later, "Notion refused the gateway's token, so nothing moves until its operator changes it.")
        : null;

    private static AdmissionDecision? Bounds(in AdmissionFacts facts, AdmissionLimits limits) =>
        facts.ProjectedMemoryPercent >= limits.EmergencyPercent
            ? Refused(AdmissionReason.Memory, Later, Text($"The uploads under way take {facts.ProjectedMemoryPercent:F0} % of the machine's memory, and no new one comes in from {limits.EmergencyPercent} % on."))
            : facts.Open >= limits.Open ? Refused(AdmissionReason.Open, Later, Text($"{facts.Open} uploads are open, which is as many as this gateway takes (Admission:MaxOpenUploads)."))
            : null;

    private static AdmissionDecision? Unbridged(in AdmissionFacts facts) =>
        facts.Breaker == BreakerState.Open && facts.BreakRemaining > facts.CanBridge
            ? Refused(AdmissionReason.Breaker, facts.BreakRemaining, $"Notion fails, so calls wait for {Seconds(facts.BreakRemaining)} s more, which is longer than the gateway can hold this upload.")
            : facts.NotBefore > facts.CanBridge
            ? Refused(AdmissionReason.NotBefore, facts.NotBefore, $"Notion asked to wait for {Seconds(facts.NotBefore)} s more, which is longer than the gateway can hold this upload.")
            : null;

    private static AdmissionDecision? Load(in AdmissionFacts facts, AdmissionLimits limits) =>
        facts.Active + facts.Queued >= limits.FullSpeed
            ? Refused(AdmissionReason.Queued, Soon, Text($"{facts.Active} uploads move and {facts.Queued} wait for their turn; {limits.Active} and {limits.Queued} may (Admission:MaxActiveUploads, Admission:MaxQueuedUploads)."))
            : facts.SustainedCpuPercent >= limits.CpuPercent && facts.Open >= limits.FullSpeed
            ? Refused(AdmissionReason.Cpu, Soon, Text($"The CPU has been above {limits.CpuPercent} % of its quota for a minute, with {facts.Open} uploads open (Admission:CpuThresholdPercent)."))
            : null;

    private static AdmissionDecision Delayed(in AdmissionFacts facts, AdmissionLimits limits, bool backpressure)
    {
        if (!backpressure)
        {
            return new(true, AdmissionReason.Room, TimeSpan.Zero, "There is room; Features:Backpressure is off.");
        }

        var byActive = limits.Delays.At((double)facts.Active / limits.Active);
        var byCpu = limits.CpuDelays.At(facts.CpuPercent);
        return byCpu > byActive ? new(true, AdmissionReason.Cpu, byCpu, Text($"The CPU is at {facts.CpuPercent:F0} % of its quota: a new upload waits {SettingText.Duration(byCpu)}."))
            : byActive > TimeSpan.Zero ? new(true, AdmissionReason.Active, byActive, Text($"{facts.Active} of {limits.Active} uploads move: a new one waits {SettingText.Duration(byActive)}."))
            : new(true, AdmissionReason.Room, TimeSpan.Zero, "There is room.");
    }

    private static AdmissionDecision Refused(AdmissionReason reason, TimeSpan retryAfter, string why) =>
        new(false, reason, retryAfter, reason == AdmissionReason.Credentials ? why : $"{why} Try again in {Seconds(retryAfter)} s.");

    private static long Seconds(TimeSpan wait) => Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
