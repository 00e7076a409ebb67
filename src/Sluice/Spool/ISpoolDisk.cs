using Microsoft.Win32.SafeHandles;

namespace Sluice.Spool;

/// <summary>What a spool file asks of the disk: the edge where tests make it fail.</summary>
internal interface ISpoolDisk
{
    /// <summary>Writes all bytes at an offset, or throws <see cref="IOException"/>; some may have been written then.</summary>
    void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Reads what is there, at most as much as fits; 0 at the end.</summary>
    int Read(SafeFileHandle file, Span<byte> bytes, long offset);

    /// <summary>Asks the system to begin writing a range to the disk; does not wait.</summary>
    void StartWriting(SafeFileHandle file, long offset, long length);

    /// <summary>Waits until a range that was begun is on its way and drops it from the page cache.</summary>
    void FinishWriting(SafeFileHandle file, long offset, long length);

    /// <summary>Waits until everything is on the disk.</summary>
    void Sync(SafeFileHandle file);

    /// <summary>Gives the room of a range back, which reads as zeros from then on; false where the file system cannot, and then nothing is changed.</summary>
    bool PunchHole(SafeFileHandle file, long offset, long length);

    /// <summary>Cuts a file off.</summary>
    void SetLength(SafeFileHandle file, long length);
}
