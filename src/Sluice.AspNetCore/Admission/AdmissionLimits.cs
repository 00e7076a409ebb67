using Sluice.AspNetCore.Hosting;

namespace Sluice.AspNetCore.Admission;

/// <summary>The limits of the admission rule, read from the settings.</summary>
/// <param name="Open">Admission:MaxOpenUploads.</param>
/// <param name="Active">Admission:MaxActiveUploads.</param>
/// <param name="Queued">Admission:MaxQueuedUploads.</param>
/// <param name="CpuPercent">Admission:CpuThresholdPercent.</param>
/// <param name="EmergencyPercent">Memory:EmergencyPercent.</param>
/// <param name="Delays">Admission:Delays.</param>
/// <param name="CpuDelays">Admission:CpuDelays.</param>
internal sealed record AdmissionLimits(int Open, int Active, int Queued, int CpuPercent, int EmergencyPercent, DelayTable Delays, DelayTable CpuDelays)
{
    /// <summary>Uploads at full speed that are always taken: in the small profile 10 + 15.</summary>
    public int FullSpeed => Active + Queued;

    /// <summary>Reads the settings, which were validated.</summary>
    /// <exception cref="InvalidOperationException">They were not.</exception>
    public static AdmissionLimits Of(AdmissionOptions options, int emergencyPercent) =>
        DelayTable.TryParse(options.Delays, 1, out var delays) && DelayTable.TryParse(options.CpuDelays, 100, out var cpuDelays)
            ? new(options.MaxOpenUploads, options.MaxActiveUploads, options.MaxQueuedUploads, options.CpuThresholdPercent, emergencyPercent, delays!, cpuDelays!)
            : throw new InvalidOperationException("Admission:Delays or Admission:CpuDelays cannot be read.");
}
