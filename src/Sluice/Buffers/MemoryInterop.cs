using System.Runtime.InteropServices;

namespace Sluice.Buffers;

/// <summary>The calls of Linux that pages need; constants are the same on x64 and arm64.</summary>
internal static partial class MemoryInterop
{
    public const int ReadWrite = 0x1 | 0x2;
    public const int PrivateAnonymousNoReserve = 0x02 | 0x20 | 0x4000;
    public const int DontNeed = 4;
    public const int NoHugePages = 15;
    public const nint Failed = -1;

    [LibraryImport("libc", EntryPoint = "mmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint Map(nint address, nuint length, int protection, int flags, int descriptor, long offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Unmap(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Advise(nint address, nuint length, int advice);
}
