namespace Sluice.AspNetCore.Hosting;

/// <summary>How many uploads may be under way. Section <c>Admission</c>. Defaults are those of the small profile.</summary>
public sealed class AdmissionOptions
{
    /// <summary>Uploads that are open at once, 1 to 1,000,000.</summary>
    public int MaxOpenUploads { get; set; } = 2000;

    /// <summary>Uploads that hold a part buffer or a send, 1 to 10,000.</summary>
    public int MaxActiveUploads { get; set; } = 10;

    /// <summary>Uploads with a whole part that waits for memory, 0 to 10,000.</summary>
    public int MaxQueuedUploads { get; set; } = 15;

    /// <summary>New uploads are refused above this share of the CPU quota, 1 to 100 percent.</summary>
    public int CpuThresholdPercent { get; set; } = 80;

    /// <summary>Delay before a new upload starts, by active / maximum: pairs of share and duration.</summary>
    public string Delays { get; set; } = "0.4=500ms,0.6=1s,0.8=2s";

    /// <summary>Delay before a new upload starts, by percent of the CPU quota: pairs of percent and duration.</summary>
    public string CpuDelays { get; set; } = "60=500ms,70=1s,80=2s";
}
