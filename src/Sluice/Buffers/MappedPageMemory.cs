using System.Runtime.InteropServices;

namespace Sluice.Buffers;

/// <summary>
/// All pages of a pool in one mapping, reserved at once and resident only where touched. Giving a page back is one call that
/// the kernel honours at once, and the number of mappings never grows, which a heap promises neither.
/// </summary>
internal sealed unsafe class MappedPageMemory : SafeHandle, IPageMemory
{
    private readonly int _pageSize;
    private readonly nuint _length;

    private MappedPageMemory(nint address, nuint length, int pageSize)
        : base(0, ownsHandle: true)
    {
        _length = length;
        _pageSize = pageSize;
        SetHandle(address);
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Reserves the addresses; null where the system does not do it this way or refuses.</summary>
    public static MappedPageMemory? TryReserve(long length, int pageSize)
    {
        if (!OperatingSystem.IsLinux() || pageSize % Environment.SystemPageSize != 0)
        {
            return null;
        }

        var address = MemoryInterop.Map(0, (nuint)length, MemoryInterop.ReadWrite, MemoryInterop.PrivateAnonymousNoReserve, -1, 0);
        if (address == MemoryInterop.Failed)
        {
            return null;
        }

        // With huge pages one byte would make 2 MiB resident, and giving back 64 KiB would not. A kernel without them says no.
        _ = MemoryInterop.Advise(address, (nuint)length, MemoryInterop.NoHugePages);
        return new MappedPageMemory(address, (nuint)length, pageSize);
    }

    public byte* Commit(int index) => (byte*)handle + ((long)index * _pageSize);

    public void Release(int index, byte* page)
    {
        if (MemoryInterop.Advise((nint)page, (nuint)_pageSize, MemoryInterop.DontNeed) != 0)
        {
            throw new InvalidOperationException($"madvise failed with errno {Marshal.GetLastPInvokeError()}.");
        }
    }

    protected override bool ReleaseHandle() => MemoryInterop.Unmap(handle, _length) == 0;
}
