using Microsoft.Win32.SafeHandles;

namespace Sluice.Spool;

/// <summary>The two slots at a spool file's beginning, written in turns (<see cref="SpoolMark"/>).</summary>
internal sealed class SpoolMarks(ISpoolDisk disk, SafeFileHandle handle, Guid boot)
{
    private readonly byte[] _slot = new byte[SpoolMark.SlotSize];

    /// <summary>The latest one.</summary>
    public SpoolMark Current { get; private set; }

    /// <summary>Writes the next one; it is on the disk only after a sync. Throws what writing throws.</summary>
    public void Write(long length) => Write(Current with { Length = length });

    /// <summary>As <see cref="Write(long)"/>, with all that a mark says; sequence and start of the machine are this file's.</summary>
    public void Write(SpoolMark mark)
    {
        var next = mark with { Sequence = Current.Sequence + 1, Boot = boot };
        next.Write(_slot);
        disk.Write(handle, _slot, next.Sequence % 2 * SpoolMark.SlotSize);
        Current = next;
    }

    /// <summary>Finds the latest one; false where none is whole. Throws what reading throws.</summary>
    public bool Find()
    {
        var head = new byte[SpoolMark.DataOffset];
        var read = 0;
        for (int got; read < head.Length && (got = disk.Read(handle, head.AsSpan(read), read)) > 0;)
        {
            read += got;
        }

        var latest = SpoolMark.ReadLatest(head.AsSpan(0, read));
        Current = latest ?? default;
        return latest is not null;
    }

    /// <summary>How many of the bytes that lie in the file can be trusted.</summary>
    public long Trusted(long bytesInFile) => Current.Trusted(bytesInFile, boot);

    /// <summary>True where the latest was written since the machine last started.</summary>
    public bool IsOfThisBoot => Current.Boot == boot;
}
