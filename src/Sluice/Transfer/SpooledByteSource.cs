using Sluice.Checkpoints;
using Sluice.Errors;
using Sluice.Spool;

namespace Sluice.Transfer;

/// <summary>Bytes in the spool: our own, so they are not compared between two readings, and they go when the upload is over.</summary>
/// <param name="stay">The upload's stay; ended by this source.</param>
/// <param name="folder">Where it is, for messages.</param>
/// <param name="keep">False with Spool:Keep none: the bytes go with this source whatever a record says, and the record names none.</param>
internal sealed class SpooledByteSource(SpoolStay stay, string folder, bool keep) : IByteSource
{
    /// <summary>False where nobody can go on with these bytes once this source is closed.</summary>
    public bool IsKept => keep;

    public long Length { get; } = stay.File.Length;

    public bool CanReread => true;

    public bool CanChange => false;

    public SourceIdentity Identity { get; } = keep
        ? new("spool", SpoolPlace.NameOf(stay.UploadId), stay.File.Length, null, null)
        : new("stream", null, stay.File.Length, null, null);

    /// <summary>Synchronous: the bytes lie on a local disk, and a hop to another thread for each page costs more than reading it.</summary>
    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var outcome = stay.File.Read(buffer.Span, offset, out var read);
        return outcome.IsOk ? ValueTask.FromResult(read) : throw new SluiceException(SpoolErrors.Of(folder, outcome));
    }

    public SluiceError? CheckUnchanged() => null;

    public void Recorded() => stay.IsRecorded = keep;

    public void Passed(long offset, long length) => stay.File.Passed(offset, length);

    public ValueTask ForgetAsync()
    {
        stay.Forget();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        stay.Dispose();
        return ValueTask.CompletedTask;
    }
}
