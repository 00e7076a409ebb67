using Microsoft.Win32.SafeHandles;

namespace Sluice.Spool;

/// <summary>
/// Keeps a file that is written once from filling the page cache: a full range of 4 MiB is begun to be written at once, and
/// waited for and dropped when the next one is full, so that the writer waits for a disk that is busy with what it gave it a
/// range ago. The control group of a tiny machine would else fill with dirty pages and its writer be stopped for seconds.
/// </summary>
internal sealed class SpoolWriteBehind(ISpoolDisk disk, SafeFileHandle handle)
{
    private long _begun;
    private long _finished;

    /// <summary>Bytes were appended: the file is so long now.</summary>
    public void Appended(long length)
    {
        for (; length - _begun >= SpoolConstants.Range; _begun += SpoolConstants.Range)
        {
            disk.StartWriting(handle, SpoolMark.DataOffset + _begun, SpoolConstants.Range);
            if (_begun > _finished)
            {
                disk.FinishWriting(handle, SpoolMark.DataOffset + _finished, _begun - _finished);
                _finished = _begun;
            }
        }
    }

    /// <summary>Everything up to here goes out now.</summary>
    public void Finish(long length)
    {
        if (length > _finished)
        {
            disk.FinishWriting(handle, SpoolMark.DataOffset + _finished, length - _finished);
            (_begun, _finished) = (length, length);
        }
    }

    /// <summary>The file was cut, or opened, at this length.</summary>
    public void Cut(long length) => (_begun, _finished) = (Math.Min(_begun, length), Math.Min(_finished, length));

    /// <summary>What lies there already is none of our writing.</summary>
    public void Begin(long length) => (_begun, _finished) = (length, length);
}
