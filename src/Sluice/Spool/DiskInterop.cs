using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sluice.Spool;

/// <summary>The calls of Linux that keep a spool file out of the page cache.</summary>
internal static partial class DiskInterop
{
    public const uint WaitBefore = 1;
    public const uint StartWriting = 2;
    public const uint WaitAfter = 4;
    public const int DontNeed = 4;
    public const int KeepSizeAndPunchHole = 1 | 2;

    [LibraryImport("libc", EntryPoint = "sync_file_range", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int SyncFileRange(SafeFileHandle file, long offset, long length, uint flags);

    /// <summary>Answers an errno, or 0.</summary>
    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Advise(SafeFileHandle file, long offset, long length, int advice);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Allocate(SafeFileHandle file, int mode, long offset, long length);
}
