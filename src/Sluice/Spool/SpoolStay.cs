namespace Sluice.Spool;

/// <summary>One upload's stay in the spool: its file and the space counted for it. Ends once; the file goes with it unless a record names it.</summary>
internal sealed class SpoolStay(SpoolFolder folder, string uploadId, SpoolFile file, SpoolReservation space) : IDisposable
{
    private int _over;

    public string UploadId => uploadId;

    public SpoolFile File => file;

    public SpoolReservation Space => space;

    /// <summary>True where a record names the file, so that a later run can go on with it.</summary>
    public bool IsRecorded { get; set; }

    /// <summary>The bytes are not needed any more, whatever a record says.</summary>
    public void Forget()
    {
        IsRecorded = false;
        Dispose();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _over, 1) == 0)
        {
            folder.End(this);
        }
    }
}
