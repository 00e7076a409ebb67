namespace Sluice.Transfer;

/// <summary>
/// Decides whether a new upload is accepted. Asked once, before the upload is recorded and before Notion hears of it; an
/// upload that was accepted is never asked about again, it can only be slowed.
/// </summary>
internal interface IAdmission
{
    /// <summary>Answers at once.</summary>
    /// <param name="question">What wants to come in.</param>
    AdmissionAnswer Ask(AdmissionQuestion question);
}
