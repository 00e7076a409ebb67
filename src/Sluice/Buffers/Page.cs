using System.Buffers;

namespace Sluice.Buffers;

/// <summary>
/// One page of a pool. Its memory can be had only while it is out: a <see cref="Memory{T}"/> kept beyond its return throws
/// instead of showing another upload's bytes, as long as nobody has the page again.
/// </summary>
internal sealed unsafe class Page(IPageMemory memory, int index, int size) : MemoryManager<byte>
{
    private byte* _address;
    private string? _owner;

    /// <summary>Its number in the pool.</summary>
    public int Index => index;

    /// <summary>Who has it; null while it is at home.</summary>
    public string? Owner => _owner;

    /// <summary>True where memory stands behind it.</summary>
    public bool IsCommitted => _address is not null;

    /// <inheritdoc />
    public override Span<byte> GetSpan()
    {
        ObjectDisposedException.ThrowIf(_owner is null, this);
        return new Span<byte>(_address, size);
    }

    /// <inheritdoc />
    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ObjectDisposedException.ThrowIf(_owner is null, this);
        ArgumentOutOfRangeException.ThrowIfNegative(elementIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(elementIndex, size);
        return new MemoryHandle(_address + elementIndex);
    }

    /// <inheritdoc />
    public override void Unpin()
    {
        // Native memory does not move.
    }

    internal void GoOut(string owner) => _owner = owner;

    internal void ComeHome() => _owner = null;

    internal void Commit() => _address = memory.Commit(index);

    internal void Release()
    {
        memory.Release(index, _address);
        _address = null;
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        // The pool decides when memory goes; a page is not disposed by whoever reads it.
    }
}
