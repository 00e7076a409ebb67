using Sluice.Simulator.Faults;

namespace Sluice.Simulator.Uploads;

/// <summary>What a send's form held; its file lies on disk and is deleted unless it is kept.</summary>
internal sealed class ReceivedForm : IDisposable
{
    private bool _kept;

    /// <summary>Null: the form had none, or more than a send may bring: <see cref="FileLength"/>.</summary>
    public SimulatedPart? File { get; set; }

    /// <summary>How many bytes the file had.</summary>
    public long FileLength { get; set; }

    public string? FileName { get; set; }

    public string? ContentType { get; set; }

    public string? PartNumber { get; set; }

    /// <summary>What goes wrong with the send, as far as it was decided at the head of its file.</summary>
    public FaultAction? Fault { get; set; }

    /// <summary>The fault has ended the form before its end.</summary>
    public bool Cut { get; set; }

    public void Keep() => _kept = true;

    public void Dispose()
    {
        if (!_kept)
        {
            File?.Delete();
        }
    }
}
