namespace Sluice.Relay;

/// <summary>Bytes of one upload that lie on the disk until the session takes them: one contiguous run, added to at its end.</summary>
internal interface IHeldBytes : IAsyncDisposable
{
    /// <summary>Where the run begins in the file.</summary>
    long Start { get; }

    /// <summary>Where it ends; equal to <see cref="Start"/> while nothing is held.</summary>
    long End { get; }

    /// <summary>True where there is room for the whole upload: its bytes are then kept until it is over.</summary>
    bool IsWhole { get; }

    /// <summary>False where there will never be room for the whole upload.</summary>
    bool CanBeWhole { get; }

    /// <summary>Takes room for so many bytes at the end, at once and all of it or not at all; what is added next is sure of it.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="trickle">True for the windows that keep a held upload moving, which have a quota of their own.</param>
    ValueTask<bool> TryMakeRoomAsync(long bytes, bool trickle);

    /// <summary>Waits, in the line's order, for room for the whole upload; false where it is not to be had for the moment.</summary>
    ValueTask<bool> TakeWholeAsync(CancellationToken cancellationToken);

    /// <summary>Adds bytes at the end; false where there is no room or the disk refuses, and then none of them is held.</summary>
    ValueTask<bool> AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Reads from an offset within the run, as far as the buffer and the run go.</summary>
    ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>A part was read to its end for sending: its bytes are not needed soon.</summary>
    void Passed(long offset, long length)
    {
        // Only a disk has a cache to let go of.
    }

    /// <summary>What lies before the offset is not needed again; the room can be used anew.</summary>
    ValueTask ForgetBeforeAsync(long offset, CancellationToken cancellationToken);

    /// <summary>Drops everything; the run begins anew at an offset.</summary>
    ValueTask ResetAsync(long start, CancellationToken cancellationToken);

    /// <summary>Drops everything and what was taken for it: the upload is over.</summary>
    ValueTask ForgetAsync();
}
