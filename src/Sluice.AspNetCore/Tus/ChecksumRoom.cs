namespace Sluice.AspNetCore.Tus;

/// <summary>Memory for bodies that are held whole until their checksum matches: one part's worth for all of them together, so that it is bounded whatever clients do.</summary>
internal sealed class ChecksumRoom
{
    /// <summary>The longest body with a checksum: one part of Notion's largest size.</summary>
    public const long Most = 20L << 20;

    private readonly Lock _lock = new();
    private long _used;

    /// <summary>Takes room; false where there is none just now.</summary>
    public bool TryTake(long bytes)
    {
        lock (_lock)
        {
            if (_used + bytes > Most)
            {
                return false;
            }

            _used += bytes;
            return true;
        }
    }

    public void Return(long bytes)
    {
        lock (_lock)
        {
            _used -= bytes;
        }
    }
}
