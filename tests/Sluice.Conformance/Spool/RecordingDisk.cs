using Microsoft.Win32.SafeHandles;
using Sluice.Spool;

namespace Sluice.Conformance.Spool;

/// <summary>The real disk, which remembers what was let go from the page cache.</summary>
internal sealed class RecordingDisk : ISpoolDisk
{
    private readonly Lock _lock = new();
    private readonly List<(long Offset, long Length)> _dropped = [];

    public IReadOnlyList<(long Offset, long Length)> Dropped
    {
        get
        {
            lock (_lock)
            {
                return [.. _dropped];
            }
        }
    }

    public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset) => SpoolDisk.Instance.Write(file, bytes, offset);

    public int Read(SafeFileHandle file, Span<byte> bytes, long offset) => SpoolDisk.Instance.Read(file, bytes, offset);

    public void StartWriting(SafeFileHandle file, long offset, long length) => SpoolDisk.Instance.StartWriting(file, offset, length);

    public void FinishWriting(SafeFileHandle file, long offset, long length)
    {
        SpoolDisk.Instance.FinishWriting(file, offset, length);
        lock (_lock)
        {
            _dropped.Add((offset - SpoolMark.DataOffset, length));
        }
    }

    public void Sync(SafeFileHandle file) => SpoolDisk.Instance.Sync(file);

    public bool PunchHole(SafeFileHandle file, long offset, long length) => SpoolDisk.Instance.PunchHole(file, offset, length);

    public void SetLength(SafeFileHandle file, long length) => SpoolDisk.Instance.SetLength(file, length);
}
