using Sluice.Checkpoints;
using Sluice.Errors;

namespace Sluice.Transfer;

/// <summary>Bytes in the spool: our own, so they are not compared between two readings, and they go when the upload is over.</summary>
internal sealed class SpooledByteSource : IByteSource
{
    private readonly string _path;
    private readonly FileByteSource _file;

    public SpooledByteSource(string path)
    {
        _path = path;
        _file = FileByteSource.Open(path);
        Identity = _file.Identity with { Kind = "spool" };
    }

    public long Length => _file.Length;

    public bool CanReread => true;

    public bool CanChange => false;

    public SourceIdentity Identity { get; }

    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken) => _file.ReadAsync(offset, buffer, cancellationToken);

    public SluiceError? CheckUnchanged() => null;

    public ValueTask ForgetAsync()
    {
        System.IO.File.Delete(_path);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
