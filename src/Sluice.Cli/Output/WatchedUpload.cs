namespace Sluice.Cli.Output;

/// <summary>An upload as a display sees it.</summary>
/// <param name="shown">How it is called.</param>
/// <param name="snapshot">Where it stands.</param>
/// <param name="isOver">Whether it ended.</param>
/// <param name="time">The clock of its speed.</param>
internal sealed class WatchedUpload(string shown, Func<UploadSnapshot> snapshot, Func<bool> isOver, TimeProvider time)
{
    private readonly SpeedMeter _speed = new(time);

    public WatchedUpload(string shown, UploadHandle handle, TimeProvider time)
        : this(shown, handle.Snapshot, () => handle.Completion.IsCompleted, time)
    {
    }

    public string Shown { get; } = Plain.Text(shown);

    public bool IsOver => isOver();

    /// <summary>Begun and not over. What waits for its turn among many files is not worth a line.</summary>
    public ProgressRow Read()
    {
        var now = snapshot();
        return ProgressRow.Of(Shown, now, _speed.Read(now.BytesSent));
    }
}
