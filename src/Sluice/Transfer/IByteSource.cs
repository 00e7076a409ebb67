using Sluice.Checkpoints;
using Sluice.Errors;
using Sluice.Relay;

namespace Sluice.Transfer;

/// <summary>An open source: a length, whether it can be read again, and a fill from any offset.</summary>
internal interface IByteSource : IAsyncDisposable
{
    long Length { get; }

    /// <summary>True: any offset, any number of times, concurrently. False: each byte once, in order.</summary>
    bool CanReread { get; }

    /// <summary>True where bytes could change between two reads, so that the second is compared with the first.</summary>
    bool CanChange { get; }

    SourceIdentity Identity { get; }

    /// <summary>Fills the buffer from an offset as far as bytes are there; 0 only at the end. Throws <see cref="SluiceException"/> with <c>source_missing</c> where the bytes cannot be read.</summary>
    ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>As <see cref="ReadAsync"/>, for what is here now: below 0 where nothing is, however sure <see cref="WaitForBytesAsync"/> was.</summary>
    ValueTask<int> ReadHereAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken) => ReadAsync(offset, buffer, cancellationToken);

    /// <summary>Compares size, times and inode with what they were when the source was opened; null: the same.</summary>
    SluiceError? CheckUnchanged();

    /// <summary>A record names these bytes from here on: they outlive this source, and this process, unless <see cref="ForgetAsync"/> is called.</summary>
    void Recorded()
    {
        // A file is its owner's, and a stream is over: neither is ours to remove.
    }

    /// <summary>A part was read to its end for sending: unless Notion wants it once more its bytes are not needed soon.</summary>
    void Passed(long offset, long length)
    {
        // A file's pages may be of use to others.
    }

    /// <summary>Where reading begins, at the end of a part: what lies before is not there to be read again, its rows are the proof. 0 for all that can be read from the start.</summary>
    long Start => 0;

    /// <summary>Makes a source that is read once give its bytes from the start again, after Notion forgot the upload; false where it cannot.</summary>
    bool TryRewind() => CanReread;

    /// <summary>Waits until there is a byte to be read at the place where reading stopped, before memory is taken for it.</summary>
    ValueTask WaitForBytesAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Takes bytes back that were read but cannot be sent now; reading goes on where they begin.</summary>
    /// <param name="from">Where they begin.</param>
    /// <param name="copy">Copies bytes out: offset from <paramref name="from"/>, destination.</param>
    /// <param name="count">How many there are.</param>
    ValueTask GiveBackAsync(long from, Action<long, Memory<byte>> copy, long count) => ValueTask.CompletedTask;

    /// <summary>The disk behind a source that is read once; null: none.</summary>
    FeedDisk? Disk => null;

    /// <summary>How fast bytes arrive that are not here yet; null: they are all here.</summary>
    ArrivalMeter? Arrival => null;

    /// <summary>How many bytes are not here yet.</summary>
    long NotHere => 0;

    /// <summary>True where whoever brings the bytes has been away for too long.</summary>
    bool IsAway => false;

    /// <summary>Everything before the offset is durable at Notion.</summary>
    ValueTask ForgetBeforeAsync(long offset) => ValueTask.CompletedTask;

    /// <summary>The upload is done or was given up: bytes kept for it alone can go.</summary>
    ValueTask ForgetAsync();
}
