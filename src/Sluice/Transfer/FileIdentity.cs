using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sluice.Checkpoints;
using Sluice.Errors;

namespace Sluice.Transfer;

/// <summary>How a file looks from outside: size, last write and, on Linux, device and inode.</summary>
internal static partial class FileIdentity
{
    private const int StatSize = 144;

    public static SourceIdentity Read(string path, SafeFileHandle handle) => new(
        "file", path, RandomAccess.GetLength(handle), new DateTimeOffset(System.IO.File.GetLastWriteTimeUtc(handle), TimeSpan.Zero), Inode(handle));

    /// <summary>The first difference as an error that names it; null: the same file, unchanged.</summary>
    public static SluiceError? Difference(SourceIdentity before, SourceIdentity now)
    {
        var what = before.Length != now.Length ? $"its length was {before.Length:N0} bytes and is {now.Length:N0}"
            : before.ModifiedUtc != now.ModifiedUtc ? $"it was last written {before.ModifiedUtc:u} and now {now.ModifiedUtc:u}"
            : before.Inode is not null && now.Inode is not null && before.Inode != now.Inode ? "another file has taken its place"
            : null;
        return what is null
            ? null
            : new SluiceError(ErrorCodes.SourceChanged, string.Create(CultureInfo.InvariantCulture, $"'{before.Path}' is not the file that was uploaded so far: {what}. Start over with --restart, or put the old file back."));
    }

    /// <summary>Whether a path leads to a pipe, a socket or a device: opening one can wait for ever. False where the system does not say.</summary>
    public static unsafe bool IsSpecial(string path)
    {
        const int Here = -100;
        const uint Type = 1;
        const int ModeAt = 28;
        const int TypeBits = 0xF000;
        const int Regular = 0x8000;
        const int Folder = 0x4000;
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        // struct statx is the same on every architecture.
        var stat = stackalloc byte[256];
        return Statx(Here, path, 0, Type, stat) == 0 && (*(ushort*)(stat + ModeAt) & TypeBits) is not Regular and not Folder;
    }

    /// <summary>Device and inode: the first two fields of struct stat on 64-bit Linux (both glibc architectures we ship for).</summary>
    private static unsafe string? Inode(SafeFileHandle handle)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.Arm64))
        {
            return null;
        }

        var stat = stackalloc byte[StatSize];
        return Fstat(handle, stat) == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{*(ulong*)stat:x}:{*(ulong*)(stat + 8):x}")
            : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int folder, string path, int flags, uint mask, byte* stat);

    [LibraryImport("libc", EntryPoint = "fstat", SetLastError = true)]
    private static unsafe partial int Fstat(SafeFileHandle handle, byte* stat);
}
