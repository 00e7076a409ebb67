using Sluice.Notion;

namespace Sluice.Conformance.Notion;

/// <summary>A part whose pages are overwritten when they are given back: a reader that comes too late is noticed, and so is one that still runs.</summary>
internal sealed class WatchedBody : IPartBody
{
    private const int Piece = 64 << 10;

    private readonly byte[] _page = new byte[Piece];
    private int _readers;
    private volatile bool _givenBack;

    public WatchedBody(long length)
    {
        Length = length;
        Array.Fill(_page, (byte)'A');
    }

    public long Length { get; }

    public bool ReadTooLate { get; private set; }

    public int Starts { get; private set; }

    /// <summary>Takes the pages back; true where a reader was still at work.</summary>
    public bool GiveBack()
    {
        _givenBack = true;
        Array.Fill(_page, (byte)'B');
        return Volatile.Read(ref _readers) > 0;
    }

    public async ValueTask WriteToAsync(Stream destination, CancellationToken cancellationToken)
    {
        Starts++;
        Interlocked.Increment(ref _readers);
        try
        {
            for (var left = Length; left > 0; left -= Piece)
            {
                ReadTooLate |= _givenBack;
                await destination.WriteAsync(_page.AsMemory(0, (int)Math.Min(left, Piece)), cancellationToken);
            }
        }
        finally
        {
            ReadTooLate |= _givenBack;
            Interlocked.Decrement(ref _readers);
        }
    }
}
