namespace Sluice.Simulator;

/// <summary>What a send's form held; its file lies on disk and is deleted unless it is kept.</summary>
internal sealed class ReceivedForm : IDisposable
{
    private bool _kept;

    public SimulatedPart? File { get; set; }

    public string? FileName { get; set; }

    public string? ContentType { get; set; }

    public string? PartNumber { get; set; }

    public void Keep() => _kept = true;

    public void Dispose()
    {
        if (!_kept && File is { } file)
        {
            System.IO.File.Delete(file.File);
        }
    }
}
