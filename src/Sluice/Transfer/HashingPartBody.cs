using System.Buffers;
using Sluice.Integrity;
using Sluice.Notion;

namespace Sluice.Transfer;

/// <summary>
/// A part whose bytes are hashed while they are sent, so that they are read once. In steps: (1) the first attempt reads,
/// hashes and sends piece by piece; (2) where the connection takes a piece late, whoever wants the next part (the reading
/// loop) may hash the rest by itself, so that parts behind this one never wait for a slow line; (3) the sender then reads on
/// by itself and compares, as every further attempt does (<see cref="ReplayPartBody"/>). The running hash sees each byte
/// once and in order whoever reads it: there is one turn, under the lock. HashingPartBodyTests hold all of it.
/// </summary>
internal sealed class HashingPartBody(ReplayPartSupply supply, IByteSource source, int number, long offset, long length, int readBuffer) : IPartBody
{
    private readonly Lock _lock = new();
    private readonly PartFingerprint? _fingerprint = source.CanChange ? new PartFingerprint() : null;
    private TaskCompletionSource? _changed;
    private Turn _turn = Turn.First;
    private long _hashed;
    private PartFingerprint? _senders;
    private UInt128? _whole;
    private PartProof? _proof;

    /// <summary>Whose turn it is to hash.</summary>
    private enum Turn
    {
        /// <summary>The first attempt's, which has not begun.</summary>
        First,

        /// <summary>The first attempt's.</summary>
        Sender,

        /// <summary>The first attempt's again when its piece is out, unless someone takes it meanwhile.</summary>
        Free,

        /// <summary>The one's who asked for the rest.</summary>
        Other,

        /// <summary>The next one's who asks for the rest.</summary>
        Left,

        /// <summary>Nobody's: the part is hashed.</summary>
        Over,
    }

    public long Length => length;

    /// <summary>What proves the part; there once it was sent, or once <see cref="HashRestAsync"/> ended.</summary>
    public PartProof Proof => Volatile.Read(ref _proof) ?? throw new InvalidOperationException($"Part {number} has not been read to its end.");

    /// <inheritdoc />
    public async ValueTask WriteToAsync(Stream destination, CancellationToken cancellationToken)
    {
        if (!TryMove(Turn.First, Turn.Sender))
        {
            await HashRestAsync(cancellationToken).ConfigureAwait(false);
            await supply.Replay(number).WriteToAsync(destination, cancellationToken).ConfigureAwait(false);
            return;
        }

        var mine = true;
        var page = ArrayPool<byte>.Shared.Rent(readBuffer);
        try
        {
            for (var done = 0L; done < length;)
            {
                // 1. Read, hash.
                var want = (int)Math.Min(readBuffer, length - done);
                var read = await source.ReadAsync(offset + done, page.AsMemory(0, want), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    throw ReplayPartBody.Changed(number, offset);
                }

                done += read;
                if (mine)
                {
                    supply.Hash(page.AsSpan(0, read));
                    Take(page.AsSpan(0, read));
                }
                else
                {
                    await CompareAsync(page.AsMemory(0, read), last: done == length, cancellationToken).ConfigureAwait(false);
                }

                var write = destination.WriteAsync(page.AsMemory(0, read), cancellationToken);
                if (mine && !write.IsCompleted)
                {
                    // 2. A late piece.
                    TryMove(Turn.Sender, Turn.Free);
                    await write.ConfigureAwait(false);
                    mine = TryMove(Turn.Free, Turn.Sender);
                }
                else
                {
                    await write.ConfigureAwait(false);
                }
            }

            source.Passed(offset, length);
        }
        finally
        {
            TryMove(Turn.Sender, Turn.Left);
            ArrayPool<byte>.Shared.Return(page);
        }
    }

    /// <summary>Ends when the whole part was hashed; hashes what is left itself as soon as no sender does.</summary>
    public async ValueTask HashRestAsync(CancellationToken cancellationToken)
    {
        while (!IsMyTurn(out var changed))
        {
            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        if (Volatile.Read(ref _proof) is not null)
        {
            return;
        }

        try
        {
            await supply.HashRestAsync(this, number, _hashed, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            TryMove(Turn.Other, Turn.Left);
        }
    }

    /// <summary>A piece went through the running hash. Called by whose turn it is.</summary>
    public void Take(ReadOnlySpan<byte> piece)
    {
        _fingerprint?.Append(piece);
        _hashed += piece.Length;
        if (_hashed < length)
        {
            return;
        }

        _whole = _fingerprint?.Complete();
        Volatile.Write(ref _proof, supply.Pass(number, _whole));
        lock (_lock)
        {
            MoveUnderLock(Turn.Over);
        }
    }

    /// <summary>Step 3: another one hashed from where this sender was; the last piece goes out only where both read the same.</summary>
    private async ValueTask CompareAsync(ReadOnlyMemory<byte> piece, bool last, CancellationToken cancellationToken)
    {
        _senders?.Append(piece.Span);
        if (last)
        {
            await HashRestAsync(cancellationToken).ConfigureAwait(false);
            if (_senders is not null && _senders.Complete() != _whole)
            {
                throw ReplayPartBody.Changed(number, offset);
            }
        }
    }

    /// <summary>True where the caller is to hash the rest, or nothing is left to hash; else what to wait for before asking again.</summary>
    private bool IsMyTurn(out Task changed)
    {
        changed = Task.CompletedTask;
        lock (_lock)
        {
            switch (_turn)
            {
                case Turn.Over:
                    return true;
                case Turn.Free:
                    // The sender goes on from here by itself, with a copy.
                    _senders = _fingerprint?.Copy();
                    MoveUnderLock(Turn.Other);
                    return true;
                case Turn.Left:
                    MoveUnderLock(Turn.Other);
                    return true;
                default:
                    _changed ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
                    changed = _changed.Task;
                    return false;
            }
        }
    }

    private bool TryMove(Turn from, Turn to)
    {
        lock (_lock)
        {
            if (_turn != from)
            {
                return false;
            }

            MoveUnderLock(to);
            return true;
        }
    }

    private void MoveUnderLock(Turn to)
    {
        _turn = to;
        _changed?.TrySetResult();
        _changed = null;
    }
}
