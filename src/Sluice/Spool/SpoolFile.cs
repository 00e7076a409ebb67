using Microsoft.Win32.SafeHandles;

namespace Sluice.Spool;

/// <summary>
/// One upload's bytes on the disk: appended at the end by one writer, read from any offset by anyone, meanwhile too. While it
/// is open no other process can open it: the system's own lock, which ends with the process, kill -9 included. What cannot be
/// written or read is a value; after it the file holds what it held before, and the caller still has his bytes.
/// SpoolFileTests; why its marks lie in the file: docs/adr/0031.
/// </summary>
internal sealed class SpoolFile : IDisposable
{
    private readonly ISpoolDisk _disk;
    private readonly FileStream _stream;
    private readonly SafeFileHandle _handle;
    private readonly SpoolMarks _marks;
    private readonly SpoolWriteBehind _behind;
    private SpoolOutcome _broken = SpoolOutcome.Ok;
    private long _length;

    private SpoolFile(ISpoolDisk disk, FileStream stream, Guid boot)
    {
        _disk = disk;
        _stream = stream;
        _handle = stream.SafeFileHandle;
        _marks = new SpoolMarks(disk, _handle, boot);
        _behind = new SpoolWriteBehind(disk, _handle);
    }

    /// <summary>How many of the upload's bytes it holds.</summary>
    public long Length => Volatile.Read(ref _length);

    /// <summary>So many of them outlive a power loss.</summary>
    public long SyncedLength => _marks.Current.Length;

    /// <summary>Where in the upload its first byte lies. Asked by its writer only.</summary>
    public long Origin => _marks.Current.Origin;

    /// <summary>So many bytes from the first are not there any more. Asked by its writer only.</summary>
    public long Forgotten => _marks.Current.Forgotten;

    /// <summary>Makes a new, empty file that only its owner may read, and that nobody else can open while this is open.</summary>
    public static (SpoolFile? File, SpoolOutcome Outcome) Create(ISpoolDisk disk, string path, Guid boot)
    {
        var (stream, outcome) = Open(path, FileMode.CreateNew);
        if (stream is null)
        {
            return (null, outcome);
        }

        // Whoever looks for files without an owner may have taken the name between its making and the lock: then it is gone.
        var file = new SpoolFile(disk, stream, boot);
        outcome = File.Exists(path) ? file.Try(file.WriteFirstMarks) : new(SpoolStatus.Failed, $"'{path}' was removed while it was made.");
        if (outcome.IsOk)
        {
            return (file, outcome);
        }

        file.Delete();
        return (null, outcome);
    }

    /// <summary>Opens a file that an earlier run left. What cannot be trusted at its end is cut off.</summary>
    public static (SpoolFile? File, SpoolOutcome Outcome) OpenExisting(ISpoolDisk disk, string path, Guid boot)
    {
        var (stream, outcome) = Open(path, FileMode.Open);
        if (stream is null)
        {
            return (null, outcome);
        }

        var file = new SpoolFile(disk, stream, boot);
        var whole = false;
        outcome = file.Try(() => whole = file.Recover());
        if (outcome.IsOk && whole)
        {
            return (file, outcome);
        }

        file.Dispose();
        return (null, outcome.IsOk ? new(SpoolStatus.Missing, $"'{path}' is no spool file, or nothing of it reached the disk.") : outcome);
    }

    /// <summary>Opens a file, whatever is in it, so that it can be removed and nobody has it meanwhile.</summary>
    public static (SpoolFile? File, SpoolOutcome Outcome) OpenUnread(ISpoolDisk disk, string path)
    {
        var (stream, outcome) = Open(path, FileMode.Open);
        return (stream is null ? null : new SpoolFile(disk, stream, Guid.Empty), outcome);
    }

    /// <summary>Puts bytes at the end: all of them, or none.</summary>
    public SpoolOutcome Append(ReadOnlySpan<byte> bytes)
    {
        if (!_broken.IsOk)
        {
            return _broken;
        }

        try
        {
            _disk.Write(_handle, bytes, SpoolMark.DataOffset + _length);
        }
        catch (Exception e) when (SpoolOutcome.IsExpected(e))
        {
            Cut(_length);
            return SpoolOutcome.Of(e);
        }

        Volatile.Write(ref _length, _length + bytes.Length);
        _behind.Appended(_length);
        return SpoolOutcome.Ok;
    }

    /// <summary>Reads from an offset as far as the buffer or the file goes; 0 bytes only at the end.</summary>
    public SpoolOutcome Read(Span<byte> buffer, long offset, out int read)
    {
        read = 0;
        buffer = buffer[..(int)Math.Min(buffer.Length, Math.Max(0, Length - offset))];
        try
        {
            while (read < buffer.Length)
            {
                var got = _disk.Read(_handle, buffer[read..], SpoolMark.DataOffset + offset + read);
                if (got == 0)
                {
                    return new(SpoolStatus.Failed, $"'{_stream.Name}' ends at byte {offset + read:N0} of {Length:N0}: something else has cut it.");
                }

                read += got;
            }

            return SpoolOutcome.Ok;
        }
        catch (Exception e) when (SpoolOutcome.IsExpected(e))
        {
            return SpoolOutcome.Of(e);
        }
    }

    /// <summary>
    /// Bytes that were read and are not needed soon leave the page cache. The kernel reads ahead in large pieces and keeps one of
    /// which only a part is let go, so the range begins before: else each part left 2 MiB behind (measured: 104 MiB of 1 GiB).
    /// </summary>
    public void Passed(long offset, long length)
    {
        var from = Math.Max(0, offset - SpoolConstants.Range);
        _disk.FinishWriting(_handle, SpoolMark.DataOffset + from, offset + length - from);
    }

    /// <summary>Everything appended so far outlives a power loss from here on. A sync that failed is never tried again: the system may have dropped the bytes, and would call the next one a success.</summary>
    public SpoolOutcome Sync()
    {
        var length = _length;
        return Try(() =>
        {
            _behind.Finish(length);
            _disk.Sync(_handle);
            if (length != _marks.Current.Length)
            {
                SyncMark(length);
            }
        });
    }

    /// <summary>Forgets bytes at the end.</summary>
    public SpoolOutcome Truncate(long length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);

        // The mark goes first: it must never promise bytes of which others have taken the place.
        var outcome = length < _marks.Current.Length ? Try(() => SyncMark(length)) : _broken;
        if (outcome.IsOk)
        {
            Cut(length);
        }

        return _broken;
    }

    /// <summary>
    /// Drops everything; what comes next is the upload's from an offset on. In three steps, so that a crash between any two
    /// leaves old bytes with their old place, or none: (1) nothing is promised; (2) the bytes go; (3) the new place is written.
    /// </summary>
    public SpoolOutcome Begin(long origin)
    {
        var outcome = Truncate(0);
        return outcome.IsOk ? Try(() => _marks.Write(_marks.Current with { Length = 0, Origin = origin, Forgotten = 0 })) : outcome;
    }

    /// <summary>
    /// Bytes at the beginning are not needed again. That they are gone is durable before they go: else zeros could be read in
    /// their place after a power loss that also took the rows which say that they are not needed.
    /// </summary>
    /// <returns>How it ended, and whether the disk gave the room back.</returns>
    public (SpoolOutcome Outcome, bool GaveRoom) Forget(long before)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(before, Length);
        var from = Forgotten;
        var outcome = before <= from ? _broken : Sync();
        if (!outcome.IsOk || before <= from)
        {
            return (outcome, false);
        }

        outcome = Try(() =>
        {
            _marks.Write(_marks.Current with { Forgotten = before });
            _disk.Sync(_handle);
        });
        return (outcome, outcome.IsOk && _disk.PunchHole(_handle, SpoolMark.DataOffset + from, before - from));
    }

    /// <summary>Removes the file, under its lock, and closes it.</summary>
    public void Delete()
    {
        try
        {
            File.Delete(_stream.Name);
        }
        catch (Exception e) when (SpoolOutcome.IsExpected(e))
        {
            // It has no owner then, and whoever cleans up next tries again.
        }

        Dispose();
    }

    /// <summary>Closes the file, which stays.</summary>
    public void Dispose() => _stream.Dispose();

    private static (FileStream? Stream, SpoolOutcome Outcome) Open(string path, FileMode mode)
    {
        try
        {
            // The stream only holds the handle: File.OpenHandle takes no permissions.
            var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
            if (!OperatingSystem.IsWindows() && mode == FileMode.CreateNew)
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            return (new FileStream(path, options), SpoolOutcome.Ok);
        }
        catch (Exception e) when (SpoolOutcome.IsExpected(e))
        {
            return (null, SpoolOutcome.Of(e));
        }
    }

    /// <summary>Finds what can be trusted; false where nothing says that this is a spool file.</summary>
    private bool Recover()
    {
        if (!_marks.Find())
        {
            return false;
        }

        var size = RandomAccess.GetLength(_handle);
        _length = _marks.Trusted(Math.Max(0, size - SpoolMark.DataOffset));
        if (SpoolMark.DataOffset + _length < size)
        {
            _disk.SetLength(_handle, SpoolMark.DataOffset + _length);
        }

        _behind.Begin(_length);
        if (!_marks.IsOfThisBoot)
        {
            // From here on this start of the machine vouches for what is appended.
            _marks.Write(Math.Min(_marks.Current.Length, _length));
        }

        return true;
    }

    private void Cut(long length)
    {
        Volatile.Write(ref _length, length);
        _behind.Cut(length);

        // Bytes beyond the end could be taken for the upload's after a crash: where they stay, nothing is promised any more.
        _ = Try(() => _disk.SetLength(_handle, SpoolMark.DataOffset + length));
    }

    /// <summary>Both slots: a full disk takes no new block, and a mark must be writable then too.</summary>
    private void WriteFirstMarks()
    {
        _marks.Write(0);
        _marks.Write(0);
    }

    private void SyncMark(long length)
    {
        _marks.Write(length);
        _disk.Sync(_handle);
    }

    /// <summary>Does what changes the file's promises; where it fails the file is broken for good.</summary>
    private SpoolOutcome Try(Action change)
    {
        if (!_broken.IsOk)
        {
            return _broken;
        }

        try
        {
            change();
            return SpoolOutcome.Ok;
        }
        catch (Exception e) when (SpoolOutcome.IsExpected(e))
        {
            return _broken = SpoolOutcome.Of(e);
        }
    }
}
