namespace Sluice.Pressure;

/// <summary>What a control group uses and cannot give back: never its usage counter, which holds page cache and would trip every alarm.</summary>
/// <param name="Anonymous">Heaps, stacks and private mappings.</param>
/// <param name="Shared">Shared memory, tmpfs included.</param>
/// <param name="Kernel">The kernel's own structures.</param>
/// <param name="Sockets">Buffers of sockets.</param>
internal readonly record struct MemoryUse(long Anonymous, long Shared, long Kernel, long Sockets)
{
    /// <summary>All of it, in bytes.</summary>
    public long Total => Anonymous + Shared + Kernel + Sockets;
}
