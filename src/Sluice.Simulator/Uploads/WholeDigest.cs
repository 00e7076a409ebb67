using System.Buffers;
using System.Security.Cryptography;
using Sluice.Simulator.State;

namespace Sluice.Simulator.Uploads;

/// <summary>
/// The digest of an upload's whole file, made while its parts come in whatever order: (1) a part's bytes lie in a file of their
/// own; (2) when more than <see cref="Window"/> bytes lie there, and at the end, the next part in line goes into the digest and
/// its file is deleted, unless files are kept; (3) a part that is sent again replaces the one before. Only where its bytes differ
/// and the first ones are in the digest and gone, the whole digest is unknown, and that is said.
/// </summary>
internal sealed class WholeDigest(SimulatedUpload upload, SimulatorState state, bool keepFiles) : IDisposable
{
    /// <summary>How many bytes of an upload may wait on disk; a part sent again within them is never a matter.</summary>
    public const long Window = 128L << 20;

    private const int Piece = 128 << 10;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256); // only under _turn
    private int _next = 1;
    private bool _restart;
    private bool _disposed;

    /// <summary>Hexadecimal, once the upload is complete and all of its parts were hashed.</summary>
    public string? Sha256 { get; private set; }

    /// <summary>The part whose first bytes are in the digest and were replaced by others; null: none.</summary>
    public int? Lost { get; private set; }

    /// <summary>A part was sent again. Under the state's lock.</summary>
    public void ReplacedLocked(SimulatedPart old, SimulatedPart now)
    {
        if (old.Number >= _next || old.Sha256 == now.Sha256)
        {
            return;
        }

        if (keepFiles)
        {
            _restart = true;
        }
        else
        {
            Lost ??= old.Number;
        }
    }

    /// <summary>
    /// A part came: makes room where too much lies on disk. Who comes while somebody is at it waits, so that parts never come
    /// faster than they go.
    /// </summary>
    public Task AdvanceAsync(CancellationToken cancellationToken) => HashAsync(toTheEnd: false, cancellationToken);

    /// <summary>The upload is complete: hashes what is left, or waits until somebody else has.</summary>
    public Task FinishAsync(CancellationToken cancellationToken) => HashAsync(toTheEnd: true, cancellationToken);

    public void Dispose()
    {
        _disposed = true;
        if (_turn.Wait(0, CancellationToken.None))
        {
            _hash.Dispose();
            _turn.Release();
        }
    }

    private async Task HashAsync(bool toTheEnd, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            while (!_disposed && Next(toTheEnd) is { } part)
            {
                using var before = _hash.Clone();
                if (!await AppendAsync(part.File!, cancellationToken) || !Settle(part))
                {
                    // Sent again, expired or reset while it was being read: what there is now is looked at again.
                    _hash.Dispose();
                    _hash = before.Clone();
                }
            }
        }
        finally
        {
            if (_disposed)
            {
                _hash.Dispose();
            }

            _turn.Release();
        }
    }

    /// <summary>The next part to hash; null: none, or not yet.</summary>
    private SimulatedPart? Next(bool toTheEnd)
    {
        lock (state.Lock)
        {
            if (_restart)
            {
                (_restart, _next, Sha256) = (false, 1, null);
                _hash.Dispose();
                _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            }

            if (upload.Status == "uploaded" && _next > upload.Parts.Count && Lost is null)
            {
                Sha256 ??= Convert.ToHexStringLower(_hash.GetCurrentHash());
            }

            var full = upload.Parts.Values.Sum(p => p.File is null ? 0 : p.Length) > Window;
            return (toTheEnd || full) && upload.Parts.TryGetValue(_next, out var part) && part.File is not null ? part : null;
        }
    }

    /// <summary>Whether the part that was hashed is still the one that counts; its file goes.</summary>
    private bool Settle(SimulatedPart hashed)
    {
        lock (state.Lock)
        {
            if (_restart || !upload.Parts.TryGetValue(hashed.Number, out var now) || now.Sha256 != hashed.Sha256)
            {
                return false;
            }

            _next++;
            if (!keepFiles)
            {
                now.Delete();
                upload.Parts[now.Number] = now with { File = null };
            }

            return true;
        }
    }

    /// <summary>False: the file is gone.</summary>
    private async Task<bool> AppendAsync(string path, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 });
            int read;
            while ((read = await file.ReadAsync(buffer.AsMemory(0, Piece), cancellationToken)) > 0)
            {
                _hash.AppendData(buffer, 0, read);
            }

            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
