namespace Sluice.Cli.Output;

/// <summary>An upload as a display sees it.</summary>
internal sealed class WatchedUpload(string shown, UploadHandle handle, TimeProvider time)
{
    private readonly SpeedMeter _speed = new(time);

    public string Shown { get; } = Plain.Text(shown);

    public UploadHandle Handle { get; } = handle;

    public bool IsOver => Handle.Completion.IsCompleted;

    /// <summary>Begun and not over. What waits for its turn among many files is not worth a line.</summary>
    public ProgressRow Read()
    {
        var snapshot = Handle.Snapshot();
        return ProgressRow.Of(Shown, snapshot, _speed.Read(snapshot.BytesSent));
    }
}
