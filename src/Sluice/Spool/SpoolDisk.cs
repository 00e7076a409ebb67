using Microsoft.Win32.SafeHandles;

namespace Sluice.Spool;

/// <summary>The real disk.</summary>
internal sealed class SpoolDisk : ISpoolDisk
{
    private volatile bool _hasRanges = OperatingSystem.IsLinux();

    private SpoolDisk()
    {
    }

    public static SpoolDisk Instance { get; } = new();

    public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(file, bytes, offset);

    public int Read(SafeFileHandle file, Span<byte> bytes, long offset) => RandomAccess.Read(file, bytes, offset);

    public void StartWriting(SafeFileHandle file, long offset, long length) => Range(file, offset, length, DiskInterop.StartWriting);

    public void FinishWriting(SafeFileHandle file, long offset, long length)
    {
        Range(file, offset, length, DiskInterop.WaitBefore | DiskInterop.StartWriting | DiskInterop.WaitAfter);
        if (_hasRanges)
        {
            _ = DiskInterop.Advise(file, offset, length, DiskInterop.DontNeed);
        }
    }

    public void Sync(SafeFileHandle file) => RandomAccess.FlushToDisk(file);

    public bool PunchHole(SafeFileHandle file, long offset, long length) =>
        OperatingSystem.IsLinux() && Environment.Is64BitProcess && DiskInterop.Allocate(file, DiskInterop.KeepSizeAndPunchHole, offset, length) == 0;

    public void SetLength(SafeFileHandle file, long length) => RandomAccess.SetLength(file, length);

    /// <summary>
    /// Only ever a help to the page cache: durability is <see cref="Sync"/>'s. So a file system that knows no ranges is
    /// used without them, and a write error met here shows at the next write or sync.
    /// </summary>
    private void Range(SafeFileHandle file, long offset, long length, uint flags)
    {
        if (_hasRanges && DiskInterop.SyncFileRange(file, offset, length, flags) != 0 && System.Runtime.InteropServices.Marshal.GetLastPInvokeError() is 38 or 29 or 22)
        {
            // ENOSYS, ESPIPE, EINVAL
            _hasRanges = false;
        }
    }
}
