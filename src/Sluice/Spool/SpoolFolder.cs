using System.IO.Enumeration;
using Microsoft.Extensions.Logging;
using Sluice.Buffers;
using Sluice.Errors;

namespace Sluice.Spool;

/// <summary>The spool of one engine: its folder, the space in it, and the files this process has open. Nothing is touched before the first use.</summary>
internal sealed class SpoolFolder(SpoolPlace place, SpoolOptions options, Func<string, SpoolVolume> look, ILogger log) : IDisposable
{
    private readonly Lock _lock = new();
    private static readonly EnumerationOptions AllFiles = new() { AttributesToSkip = default, IgnoreInaccessible = false };

    private readonly Dictionary<string, SpoolStay> _own = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SpoolFile> _left = new(StringComparer.Ordinal);
    private SpoolSpace? _space;
    private SpoolTrickle? _trickle;

    /// <summary>Whether anything new is staged.</summary>
    public SpoolHealth Health { get; } = new(place.Shown, look, log);

    /// <summary>The disk's calls.</summary>
    public ISpoolDisk Disk { get; init; } = SpoolDisk.Instance;

    /// <summary>Which start of the machine this is.</summary>
    public Guid Boot { get; init; } = SpoolBoot.Read();

    /// <summary>True for a command, which may take what the disk has; a server takes its modest share.</summary>
    public bool WholeDisk { get; init; }

    /// <summary>True where the records die with this process: then files that stood still stay open, so that nobody takes them for orphans, and go with it.</summary>
    public bool DiesWithProcess { get; init; }

    /// <summary>What the user would name when asked where spool files lie.</summary>
    public string Shown => place.Shown;

    /// <summary>True where the limit is what the disk leaves, and no number of the user's.</summary>
    public bool IsAutomatic => options.MaxBytes == 0;

    /// <summary>Why nothing can be staged; null: it can.</summary>
    public SluiceError? Refusal()
    {
        try
        {
            if (Health.Off is { IsOk: false } off)
            {
                return SpoolErrors.Of(Shown, off);
            }

            // Who says how many bytes may be used has thought of what they lie on.
            return IsAutomatic && look(Shown) is { IsDisk: false } other ? SpoolErrors.NoDisk(Shown, other.Kind) : null;
        }
        catch (Exception e) when (SpoolOutcome.IsExpected(e))
        {
            return SpoolErrors.Of(Shown, SpoolOutcome.Of(e));
        }
    }

    /// <summary>The space; its limit is found at the first call: Spool:MaxBytes, or what the disk has then.</summary>
    public SpoolSpace Space()
    {
        lock (_lock)
        {
            return _space ??= new SpoolSpace(IsAutomatic ? AutomaticLimit() : options.MaxBytes);
        }
    }

    /// <summary>The quarter that keeps held uploads moving. From the first call on it is counted as taken, so that neither it nor the rest can starve the other.</summary>
    public SpoolTrickle Trickle()
    {
        var space = Space();
        lock (_lock)
        {
            if (_trickle is null)
            {
                _trickle = new SpoolTrickle(space.Limit);
                _ = space.Adopt(new LinePlace("trickle", accepted: true), _trickle.ShareBytes);
            }

            return _trickle;
        }
    }

    /// <summary>A longer one never has room for all its bytes.</summary>
    public long LargestUpload => Space().Limit - Trickle().ShareBytes;

    /// <summary>What lies on the disk for an upload that this process does not have open: where in the upload it begins and ends; null: nothing, or somebody has it.</summary>
    public (long Start, long End)? Peek(string uploadId)
    {
        try
        {
            lock (_lock)
            {
                if (_left.TryGetValue(uploadId, out var left))
                {
                    return Run(left);
                }
            }

            if (IsOwn(uploadId) || place.Find() is not { } folder)
            {
                return null;
            }

            using var file = SpoolFile.OpenExisting(Disk, Path.Combine(folder, SpoolPlace.NameOf(uploadId)), Boot).File;
            return file is null ? null : Run(file);
        }
        catch (Exception e) when (SpoolOutcome.IsExpected(e))
        {
            return null;
        }
    }

    /// <summary>Makes an upload's file under the space that was reserved for it, which goes back where that fails.</summary>
    public (SpoolStay? Stay, SpoolOutcome Outcome) Create(string uploadId, SpoolReservation space)
    {
        try
        {
            return Keep(uploadId, space, SpoolFile.Create(Disk, Path.Combine(place.Make(), SpoolPlace.NameOf(uploadId)), Boot));
        }
        catch (Exception e) when (SpoolOutcome.IsExpected(e))
        {
            space.Dispose();
            return (null, SpoolOutcome.Of(e));
        }
    }

    /// <summary>Opens the file of an upload that stood still. Its bytes are counted whatever the limit: they are there.</summary>
    public (SpoolStay? Stay, SpoolOutcome Outcome) Open(string uploadId)
    {
        try
        {
            SpoolFile? file;
            var outcome = SpoolOutcome.Ok;
            lock (_lock)
            {
                _left.Remove(uploadId, out file);
            }

            if (file is null)
            {
                (file, outcome) = place.Find() is { } folder ? SpoolFile.OpenExisting(Disk, Path.Combine(folder, SpoolPlace.NameOf(uploadId)), Boot) : (null, new(SpoolStatus.Missing));
            }

            if (file is null)
            {
                return (null, outcome);
            }

            var opened = Keep(uploadId, Space().Adopt(new LinePlace(uploadId, accepted: true), Math.Max(1, file.Length)), (file, outcome));
            opened.Stay!.IsRecorded = true;
            Measure();
            return opened;
        }
        catch (Exception e) when (SpoolOutcome.IsExpected(e))
        {
            return (null, SpoolOutcome.Of(e));
        }
    }

    /// <summary>Opens a file only to remove it; null where somebody, this process too, has it open.</summary>
    public SpoolFile? OpenToRemove(string uploadId)
    {
        lock (_lock)
        {
            if (_left.Remove(uploadId, out var file))
            {
                return file;
            }
        }

        return place.Find() is { } folder ? SpoolFile.OpenUnread(Disk, Path.Combine(folder, SpoolPlace.NameOf(uploadId))).File : null;
    }

    /// <summary>A file that was opened to be removed and stays after all.</summary>
    public void PutBack(string uploadId, SpoolFile file)
    {
        lock (_lock)
        {
            if (DiesWithProcess)
            {
                _left.Add(uploadId, file);
                return;
            }
        }

        file.Dispose();
    }

    /// <summary>The files in the folder that this process has no stay for: upload id and bytes.</summary>
    public IReadOnlyList<(string UploadId, long Bytes)> Others()
    {
        try
        {
            return Others(static (ref file) => (SpoolPlace.IdOf(file.FileName).ToString(), file.Length)) is { } others ? [.. others] : [];
        }
        catch (Exception e) when (SpoolOutcome.IsExpected(e))
        {
            // A file went while it was looked at; the next look sees what is there then.
            return [];
        }
    }

    /// <summary>Counts what lies there for others; who waits for space may be served by it.</summary>
    public void Measure()
    {
        var bytes = 0L;
        try
        {
            bytes = Others(static (ref file) => file.Length)?.Sum() ?? 0;
        }
        catch (Exception e) when (SpoolOutcome.IsExpected(e))
        {
            // A file went while it was looked at; the next look sees what is there then.
        }

        Space().SetElsewhere(bytes);
    }

    /// <summary>Notes that an upload which should be kept is not.</summary>
    public void GoesWithout(string uploadId, string reason) => SpoolLog.WithoutSpool(log, uploadId, reason);

    /// <summary>What it holds now.</summary>
    public SpoolSnapshot Snapshot()
    {
        lock (_lock)
        {
            return new SpoolSnapshot(_space?.Limit ?? 0, _space?.ReservedBytes ?? 0, _own.Values.Sum(static s => s.File.Length), _space?.ElsewhereBytes ?? 0, _space?.Waiting ?? 0, Health.Off.Reason);
        }
    }

    /// <summary>Closes what stood still; with records that die with this process it goes.</summary>
    public void Dispose()
    {
        foreach (var file in _left.Values)
        {
            file.Delete();
        }

        _left.Clear();
        _space?.Dispose();
    }

    internal void End(SpoolStay stay)
    {
        if (!stay.IsRecorded)
        {
            stay.File.Delete();
        }
        else
        {
            PutBack(stay.UploadId, stay.File);
        }

        lock (_lock)
        {
            _own.Remove(stay.UploadId);
        }

        if (stay.IsRecorded)
        {
            // Counted once more where it lies before it is given back, so that nobody is promised its bytes in between.
            Measure();
        }

        stay.Space.Dispose();
    }

    private static (long Start, long End)? Run(SpoolFile file) => file.Forgotten >= file.Length ? null : (file.Origin + file.Forgotten, file.Origin + file.Length);

    private long AutomaticLimit()
    {
        try
        {
            var free = look(Shown).FreeBytes + Others().Sum(static o => o.Bytes);
            return Math.Max(1, WholeDisk ? SpoolShares.OfCommand(free) : SpoolShares.OfServer(free));
        }
        catch (Exception e) when (SpoolOutcome.IsExpected(e))
        {
            throw new SluiceException(SpoolErrors.Of(Shown, SpoolOutcome.Of(e)), e);
        }
    }

    /// <summary>Names are looked at where they stand: this is asked for each upload that takes or leaves room, with a thousand files there.</summary>
    private FileSystemEnumerable<T>? Others<T>(FileSystemEnumerable<T>.FindTransform transform) => place.Find() is not { } folder ? null : new FileSystemEnumerable<T>(folder, transform, AllFiles)
    {
        ShouldIncludePredicate = (ref file) => !file.IsDirectory && SpoolPlace.IdOf(file.FileName) is { IsEmpty: false } id && !IsOwn(id),
    };

    private bool IsOwn(ReadOnlySpan<char> uploadId)
    {
        lock (_lock)
        {
            return _own.GetAlternateLookup<ReadOnlySpan<char>>().ContainsKey(uploadId);
        }
    }

    private (SpoolStay? Stay, SpoolOutcome Outcome) Keep(string uploadId, SpoolReservation space, (SpoolFile? File, SpoolOutcome Outcome) opened)
    {
        if (opened.File is null)
        {
            space.Dispose();
            return (null, opened.Outcome);
        }

        var stay = new SpoolStay(this, uploadId, opened.File, space);
        lock (_lock)
        {
            _own.Add(uploadId, stay);
        }

        return (stay, opened.Outcome);
    }
}
