using Sluice.Errors;

namespace Sluice.AspNetCore.Admission;

/// <summary>What becomes of a new upload, and why.</summary>
/// <param name="Accepted">True: it comes in, after <paramref name="Wait"/>.</param>
/// <param name="Reason">What decided.</param>
/// <param name="Wait">Accepted: the delay before it starts. Refused: when another try makes sense.</param>
/// <param name="Detail">A sentence with the numbers and what to do.</param>
internal sealed record AdmissionDecision(bool Accepted, AdmissionReason Reason, TimeSpan Wait, string Detail)
{
    /// <summary>The refusal as an error; null where it is accepted.</summary>
    public SluiceError? ToError() => Accepted ? null
        : Reason == AdmissionReason.Credentials ? new SluiceError(ErrorCodes.TokenRefused, Detail) { Wait = AdmissionReasons.WaitOf(Reason) }
        : new SluiceError(ErrorCodes.Busy, Detail) { RetryAfter = Wait, Wait = AdmissionReasons.WaitOf(Reason) };
}
