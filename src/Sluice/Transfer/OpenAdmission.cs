namespace Sluice.Transfer;

/// <summary>Says yes: on the command line and in a program of one's own, who starts an upload wants it.</summary>
internal sealed class OpenAdmission : IAdmission
{
    public AdmissionAnswer Ask(AdmissionQuestion question) => AdmissionAnswer.Yes;
}
