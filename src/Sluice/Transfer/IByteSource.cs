using Sluice.Checkpoints;
using Sluice.Errors;

namespace Sluice.Transfer;

/// <summary>An open source: a length, whether it can be read again, and a read from any offset.</summary>
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

    /// <summary>Compares size, times and inode with what they were when the source was opened; null: the same.</summary>
    SluiceError? CheckUnchanged();

    /// <summary>The upload is done or was given up: bytes kept for it alone can go.</summary>
    ValueTask ForgetAsync();
}
