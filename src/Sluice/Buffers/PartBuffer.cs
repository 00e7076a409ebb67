using Sluice.Notion;

namespace Sluice.Buffers;

/// <summary>
/// A part in memory: filled once, in order; then read from its start any number of times, by several at once. It has one
/// owner. The owner hands it over with <see cref="HandOver"/>, after which his reference is dead; or disposes it, after which
/// every call throws. Memory goes home when the owner let go and the last reader is done, whichever is later: an HTTP
/// handler may still be reading when its send has failed (PartBufferTests). Filling, freezing and disposing are the owner's
/// and not thread-safe; reading is.
/// </summary>
internal sealed class PartBuffer : IPartBody, IDisposable
{
    private PartPages? _pages;

    internal PartBuffer(PartPages pages) => _pages = pages;

    /// <summary>How many bytes it takes.</summary>
    public long Capacity => Pages.Capacity;

    /// <summary>How many bytes it holds.</summary>
    public long Length => Pages.Length;

    /// <summary>True once it holds <see cref="Capacity"/> bytes.</summary>
    public bool IsFull => Pages.Length == Pages.Capacity;

    /// <summary>True while nothing can be added.</summary>
    public bool IsFrozen => Pages.IsFrozen;

    private PartPages Pages => Volatile.Read(ref _pages) ?? throw new ObjectDisposedException(nameof(PartBuffer));

    /// <summary>Copies bytes behind those it holds; more than there is room for is a bug of the caller and changes nothing.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        var pages = Pages;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, pages.Capacity - pages.Length, nameof(bytes));
        while (!bytes.IsEmpty)
        {
            var free = pages.Free().Span;
            var take = Math.Min(free.Length, bytes.Length);
            bytes[..take].CopyTo(free);
            pages.Advance(take);
            bytes = bytes[take..];
        }
    }

    /// <summary>
    /// Where the next bytes go, at most to the end of a page; empty when full. For reading into it directly, followed by
    /// <see cref="Advance"/>. The owner does not dispose the buffer while something still writes there.
    /// </summary>
    public Memory<byte> GetMemory() => Pages.Free();

    /// <summary>Bytes were written to <see cref="GetMemory"/>.</summary>
    public void Advance(int count)
    {
        var pages = Pages;
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, pages.Free().Length);
        pages.Advance(count);
    }

    /// <summary>Nothing is added from here on, so that a part that is not full can be read too.</summary>
    public void Freeze() => Pages.Freeze();

    /// <summary>Filling goes on. Throws while someone reads.</summary>
    public void Thaw() => Pages.Thaw();

    /// <summary>Copies bytes out; those that are not there are a bug of the caller.</summary>
    public void CopyTo(long offset, Span<byte> destination)
    {
        using var reading = Read();
        reading.MustHold(offset, destination.Length);
        while (!destination.IsEmpty)
        {
            var piece = reading.Pages.Piece(offset).Span;
            piece = piece[..Math.Min(piece.Length, destination.Length)];
            piece.CopyTo(destination);
            destination = destination[piece.Length..];
            offset += piece.Length;
        }
    }

    /// <summary>Compares bytes that were sent again with those held.</summary>
    public bool Matches(long offset, ReadOnlySpan<byte> bytes)
    {
        using var reading = Read();
        reading.MustHold(offset, bytes.Length);
        while (!bytes.IsEmpty)
        {
            var piece = reading.Pages.Piece(offset).Span;
            piece = piece[..Math.Min(piece.Length, bytes.Length)];
            if (!piece.SequenceEqual(bytes[..piece.Length]))
            {
                return false;
            }

            bytes = bytes[piece.Length..];
            offset += piece.Length;
        }

        return true;
    }

    /// <inheritdoc />
    public async ValueTask WriteToAsync(Stream destination, CancellationToken cancellationToken)
    {
        using var reading = Read();
        if (!reading.Pages.IsSettled)
        {
            throw new InvalidOperationException("The buffer is still being filled: freeze it before it is read.");
        }

        for (var at = 0L; at < reading.Pages.Length;)
        {
            var piece = reading.Pages.Piece(at);
            await destination.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
            at += piece.Length;
        }
    }

    /// <summary>
    /// Freezes the buffer, has its bytes written elsewhere, and lets go of the memory. Where writing fails or is cancelled
    /// everything is as it was before, and filling can go on.
    /// </summary>
    /// <param name="write">Writes all bytes or throws: such as a spool file's append.</param>
    /// <param name="cancellationToken">Passed on.</param>
    public async ValueTask SpillAsync(Func<IPartBody, CancellationToken, ValueTask> write, CancellationToken cancellationToken)
    {
        var pages = Pages;
        var thaw = !pages.IsSettled;
        pages.Freeze();
        try
        {
            await write(this, cancellationToken).ConfigureAwait(false);
        }
        catch when (thaw)
        {
            pages.Thaw();
            throw;
        }

        Dispose();
    }

    /// <summary>Moves everything to a new reference; this one is dead afterwards. Readers under way go on.</summary>
    public PartBuffer HandOver() =>
        new(Interlocked.Exchange(ref _pages, null) ?? throw new ObjectDisposedException(nameof(PartBuffer)));

    /// <summary>Lets go. A second time, or after <see cref="HandOver"/>, it does nothing.</summary>
    public void Dispose() => Interlocked.Exchange(ref _pages, null)?.LetGo();

    private Reading Read()
    {
        var pages = Pages;
        pages.BeginRead();
        return new Reading(pages);
    }

    private readonly struct Reading(PartPages pages) : IDisposable
    {
        public PartPages Pages => pages;

        public void MustHold(long offset, int count)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(offset);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(count, pages.Length - offset);
        }

        public void Dispose() => pages.EndRead();
    }
}
