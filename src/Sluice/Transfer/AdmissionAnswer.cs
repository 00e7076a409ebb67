using Sluice.Errors;

namespace Sluice.Transfer;

/// <summary>Yes, perhaps after a while, or no.</summary>
/// <param name="Refusal">Why not; null: accepted.</param>
/// <param name="Delay">How long an accepted upload waits before it starts.</param>
/// <param name="Entering">Counts it among the open uploads until it is recorded; disposed then.</param>
internal readonly record struct AdmissionAnswer(SluiceError? Refusal, TimeSpan Delay = default, IDisposable? Entering = null)
{
    public static AdmissionAnswer Yes => default;
}
