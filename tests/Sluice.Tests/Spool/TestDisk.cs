using Microsoft.Win32.SafeHandles;
using Sluice.Spool;

namespace Sluice.Tests.Spool;

/// <summary>
/// A real file behind a disk that fails when it is told to, that remembers which ranges were written through, and that can
/// lose power: then of everything since the last sync any beginning of each write may be there, or nothing.
/// </summary>
internal sealed class TestDisk : ISpoolDisk
{
    public const int NoSpace = 28;
    public const int InputOutput = 5;

    private readonly List<(long Offset, byte[]? Bytes)> _unsynced = [];
    private readonly List<(long Offset, long Length)> _holes = [];
    private byte[] _synced = [];
    private SafeFileHandle? _open;

    /// <summary>A file grows by so many bytes more; the write that goes past is cut off in the middle and fails. What lies there already can be written over, as on a real disk. Null: no limit.</summary>
    public long? Room { get; set; }

    /// <summary>The error of the system that a failure shows.</summary>
    public int Errno { get; set; } = NoSpace;

    /// <summary>Reads see the file end here, as if something else had cut it.</summary>
    public long EndsAt { get; set; } = long.MaxValue;

    public bool FailsReads { get; set; }

    public bool FailsSyncs { get; set; }

    public bool FailsCuts { get; set; }

    /// <summary>True for a file system that cannot give the room of a range back.</summary>
    public bool HasNoHoles { get; set; }

    /// <summary>At most so many bytes a read.</summary>
    public int LargestRead { get; set; } = int.MaxValue;

    public List<(long Offset, long Length)> Begun { get; } = [];

    public List<(long Offset, long Length)> Dropped { get; } = [];

    public int Syncs { get; private set; }

    /// <summary>What the system has of the file that was written last, while it is open: what a kill would leave.</summary>
    public byte[] Left
    {
        get
        {
            var left = new byte[RandomAccess.GetLength(_open!)];
            RandomAccess.Read(_open!, left, 0);
            return left;
        }
    }

    public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        Opened(file);
        var growth = Math.Max(0, offset + bytes.Length - RandomAccess.GetLength(file));
        var lacking = Math.Max(0, growth - (Room ?? growth));
        var take = (int)Math.Max(0, bytes.Length - lacking);
        Room -= growth - lacking;
        RandomAccess.Write(file, bytes[..take], offset);
        _unsynced.Add((offset, bytes[..take].ToArray()));
        if (take < bytes.Length)
        {
            throw Error(Errno);
        }
    }

    /// <summary>The file that is opened next lies on the disk already.</summary>
    public void Begin(byte[] content) => _synced = content;

    public int Read(SafeFileHandle file, Span<byte> bytes, long offset) =>
        Opened(file) && FailsReads ? throw Error(InputOutput) : RandomAccess.Read(file, bytes[..(int)Math.Max(0, Math.Min(Math.Min(bytes.Length, LargestRead), EndsAt - offset))], offset);

    public void StartWriting(SafeFileHandle file, long offset, long length) => Begun.Add((offset - SpoolMark.DataOffset, length));

    public void FinishWriting(SafeFileHandle file, long offset, long length) => Dropped.Add((offset - SpoolMark.DataOffset, length));

    public void Sync(SafeFileHandle file)
    {
        Syncs++;
        if (FailsSyncs)
        {
            throw Error(InputOutput);
        }

        _synced = new byte[RandomAccess.GetLength(file)];
        RandomAccess.Read(file, _synced, 0);
        _unsynced.Clear();
    }

    public bool PunchHole(SafeFileHandle file, long offset, long length)
    {
        if (HasNoHoles)
        {
            return false;
        }

        RandomAccess.Write(file, new byte[length], offset);
        _holes.Add((offset, length));
        return true;
    }

    public void SetLength(SafeFileHandle file, long length)
    {
        if (FailsCuts)
        {
            throw Error(InputOutput);
        }

        RandomAccess.SetLength(file, length);
        _unsynced.Add((length, null));
        _holes.RemoveAll(h => h.Offset >= length);
    }

    /// <summary>Puts into the file what the disk might hold after a power loss. The file is closed.</summary>
    public void LosePower(string path, Random random)
    {
        using var image = new MemoryStream();
        image.Write(_synced);
        foreach (var (offset, bytes) in _unsynced)
        {
            if (bytes is null && random.Next(2) == 0)
            {
                image.SetLength(offset);
            }
            else if (bytes is not null && random.Next(3) is var fate && fate > 0)
            {
                image.Position = offset;
                image.Write(bytes.AsSpan(0, fate == 1 ? bytes.Length : random.Next(bytes.Length + 1)));
            }
        }

        // A hole is there at once, which is the worst that can be.
        var left = image.ToArray();
        foreach (var (offset, length) in _holes)
        {
            var from = Math.Min(left.Length, offset);
            left.AsSpan((int)from, (int)Math.Min(length, left.Length - from)).Clear();
        }

        File.WriteAllBytes(path, left);
    }

    /// <summary>A new file has nothing of one that was removed.</summary>
    private bool Opened(SafeFileHandle file)
    {
        if (!ReferenceEquals(_open, file) && RandomAccess.GetLength(file) == 0)
        {
            _synced = [];
            _unsynced.Clear();
            _holes.Clear();
        }

        _open = file;
        return true;
    }

    private static IOException Error(int errno) => new($"error {errno}", errno);
}
