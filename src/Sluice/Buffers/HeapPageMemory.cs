using System.Runtime.InteropServices;

namespace Sluice.Buffers;

/// <summary>Pages one by one from the C heap, where there is no mapping to be had.</summary>
internal sealed unsafe class HeapPageMemory(int pageSize) : IPageMemory
{
    public byte* Commit(int index) => (byte*)NativeMemory.AlignedAlloc((nuint)pageSize, 64);

    public void Release(int index, byte* page) => NativeMemory.AlignedFree(page);

    public void Dispose()
    {
        // Pages are released one by one; nothing else is held.
    }
}
