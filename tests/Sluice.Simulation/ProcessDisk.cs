using Microsoft.Win32.SafeHandles;
using Sluice.Spool;

namespace Sluice.Simulation;

/// <summary>
/// The disk as one process has it: real files, each call a step at which it may die. What it wrote before stays, as after
/// kill -9; afterwards it writes nothing more, and the locks of its files are free, for the system closes them.
/// </summary>
internal sealed class ProcessDisk(Process process) : ISpoolDisk
{
    private readonly HashSet<SafeFileHandle> _open = [];

    public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        // A write that the death falls into is there in part.
        Here(file, "write");
        var whole = !process.Dead;
        RandomAccess.Write(file, whole ? bytes : bytes[..(bytes.Length / 2)], offset);
        if (!whole)
        {
            Close();
            throw new IOException("The process is dead.");
        }
    }

    public int Read(SafeFileHandle file, Span<byte> bytes, long offset)
    {
        Here(file, "read");
        return RandomAccess.Read(file, bytes, offset);
    }

    public void StartWriting(SafeFileHandle file, long offset, long length)
    {
        // Nothing is ever lost from the page cache here: the machine goes on.
    }

    public void FinishWriting(SafeFileHandle file, long offset, long length)
    {
        // As above.
    }

    public void Sync(SafeFileHandle file) => Here(file, "sync");

    public bool PunchHole(SafeFileHandle file, long offset, long length)
    {
        Here(file, "punch");
        RandomAccess.Write(file, new byte[length], offset);
        return true;
    }

    public void SetLength(SafeFileHandle file, long length)
    {
        Here(file, "cut");
        RandomAccess.SetLength(file, length);
    }

    /// <summary>What the system does when a process is gone.</summary>
    public void Close()
    {
        foreach (var file in _open)
        {
            file.Dispose();
        }

        _open.Clear();
    }

    private void Here(SafeFileHandle file, string what)
    {
        if (process.Dead)
        {
            throw new IOException("The process is dead.");
        }

        _open.RemoveWhere(static f => f.IsClosed);
        _open.Add(file);
        process.Step("disk " + what);
    }
}
