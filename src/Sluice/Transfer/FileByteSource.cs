using Microsoft.Win32.SafeHandles;
using Sluice.Checkpoints;
using Sluice.Errors;

namespace Sluice.Transfer;

/// <summary>
/// A local file read by position. Reads are synchronous: they come from the page cache or a local disk, and a hop to
/// another thread for every 64 KiB costs more than they do.
/// </summary>
internal sealed class FileByteSource : IByteSource
{
    private readonly string _path;
    private readonly SafeFileHandle _handle;

    private FileByteSource(string path, SafeFileHandle handle, SourceIdentity identity)
    {
        _path = path;
        _handle = handle;
        Identity = identity;
    }

    public long Length => Identity.Length;

    public bool CanReread => true;

    public bool CanChange => true;

    public SourceIdentity Identity { get; }

    /// <summary>Opens a file. Throws <see cref="SluiceException"/>: <c>source_missing</c>, or <c>empty_file</c>.</summary>
    public static FileByteSource Open(string path)
    {
        SafeFileHandle? handle = null;
        try
        {
            if (Directory.Exists(path))
            {
                throw new SluiceException(ErrorCodes.SourceMissing, $"'{path}' is a folder, not a file: name the folder on the command line to upload what is in it.");
            }

            if (FileIdentity.IsSpecial(path))
            {
                throw new SluiceException(ErrorCodes.SourceMissing, $"'{path}' is a pipe, a socket or a device, not a file: what comes from it can be uploaded through standard input.");
            }

            handle = System.IO.File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.None);
            return new FileByteSource(path, handle, FileIdentity.Read(path, handle));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            handle?.Dispose();
            throw Missing(path, e);
        }
        catch
        {
            handle?.Dispose();
            throw;
        }
    }

    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            var filled = 0;
            while (filled < buffer.Length)
            {
                var read = RandomAccess.Read(_handle, buffer.Span[filled..], offset + filled);
                if (read == 0)
                {
                    break;
                }

                filled += read;
            }

            return ValueTask.FromResult(filled);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Missing(_path, e);
        }
    }

    public SluiceError? CheckUnchanged()
    {
        try
        {
            // Both by the handle (bytes appended or cut) and by the path (the file replaced by another of the same name).
            var now = FileIdentity.Read(_path, _handle);
            if (now != Identity)
            {
                return FileIdentity.Difference(Identity, now);
            }

            using var again = System.IO.File.OpenHandle(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return FileIdentity.Difference(Identity, FileIdentity.Read(_path, again));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new SluiceError(ErrorCodes.SourceChanged, $"'{_path}' went away while it was uploaded: {e.Message}");
        }
    }

    public ValueTask ForgetAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _handle.Dispose();
        return ValueTask.CompletedTask;
    }

    private static SluiceException Missing(string path, Exception e) =>
        new(ErrorCodes.SourceMissing, $"'{path}' cannot be read: {e.Message} Check that it is there and that you may read it.", e);
}
