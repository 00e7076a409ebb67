namespace Sluice.Notion;

/// <summary>Finds the final status in the bytes of an HTTP/1.1 answer, in pieces of any size; interim answers (1xx) are passed over.</summary>
internal sealed class StatusLineReader
{
    private const int CodeAt = 9;    // after "HTTP/1.1 "
    private const int CodeEnd = 12;

    private int _at;
    private int _code;
    private bool _interim;
    private int _lineEnds;

    /// <summary>The final status, once it was read.</summary>
    public int? Status { get; private set; }

    /// <summary>Begins anew, for the next answer.</summary>
    public void Reset()
    {
        Status = null;
        Restart();
    }

    /// <summary>Reads on; gives the final status when it is found.</summary>
    public int? Read(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            if (_interim)
            {
                SkipInterim(b);
                continue;
            }

            if (_at >= CodeAt)
            {
                _code = (_code * 10) + (b - '0');
            }

            if (++_at < CodeEnd)
            {
                continue;
            }

            if (_code is >= 100 and < 200)
            {
                _interim = true;
                continue;
            }

            Status = _code;
            return Status;
        }

        return null;
    }

    private void SkipInterim(byte b)
    {
        _lineEnds = b == '\n' ? _lineEnds + 1 : b == '\r' ? _lineEnds : 0;
        if (_lineEnds == 2)
        {
            Restart();
        }
    }

    private void Restart()
    {
        _at = 0;
        _code = 0;
        _interim = false;
        _lineEnds = 0;
    }
}
