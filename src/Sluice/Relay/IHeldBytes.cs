namespace Sluice.Relay;

/// <summary>Bytes of one upload that lie on the disk until the session takes them: one contiguous run, added to at its end.</summary>
internal interface IHeldBytes : IAsyncDisposable
{
    /// <summary>Where the run begins in the file.</summary>
    long Start { get; }

    /// <summary>Where it ends; equal to <see cref="Start"/> while nothing is held.</summary>
    long End { get; }

    /// <summary>Adds bytes at the end; false where there is no room or the disk refuses, and then none of them is held.</summary>
    ValueTask<bool> AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Reads from an offset within the run, as far as the buffer and the run go.</summary>
    ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>What lies before the offset is not needed again; the room can be used anew.</summary>
    ValueTask ForgetBeforeAsync(long offset, CancellationToken cancellationToken);

    /// <summary>Drops everything; the run begins anew at an offset.</summary>
    ValueTask ResetAsync(long start, CancellationToken cancellationToken);
}
