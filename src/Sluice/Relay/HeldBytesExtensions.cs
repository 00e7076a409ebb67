using System.Buffers;

namespace Sluice.Relay;

/// <summary>What every kind of held bytes can do with its few verbs.</summary>
internal static class HeldBytesExtensions
{
    private const int Piece = 32 << 10;

    /// <summary>Keeps bytes that were in memory; gives the end of what is held then, which is smaller than asked for where room is short.</summary>
    /// <param name="held">Where they go.</param>
    /// <param name="from">Where they begin in the file.</param>
    /// <param name="copy">Copies bytes out: offset from <paramref name="from"/>, destination.</param>
    /// <param name="count">How many there are.</param>
    public static async ValueTask<long> KeepAsync(this IHeldBytes held, long from, Action<long, Memory<byte>> copy, long count)
    {
        // What is on the disk already needs no second copy; a gap between the two makes the run begin anew.
        var end = held.Start <= from && held.End >= from ? held.End : from;
        if (end != held.End)
        {
            await held.ResetAsync(from, CancellationToken.None).ConfigureAwait(false);
        }

        var page = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            while (end < from + count)
            {
                var piece = page.AsMemory(0, (int)Math.Min(Piece, from + count - end));
                copy(end - from, piece);
                if (!await held.AppendAsync(piece, CancellationToken.None).ConfigureAwait(false))
                {
                    break;
                }

                end += piece.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(page);
        }

        return end;
    }
}
