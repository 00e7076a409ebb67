using Sluice.Errors;
using Sluice.Notion;

namespace Sluice.Conformance.Notion;

/// <summary>An attempt that notes what it is told and ends when the test says so.</summary>
internal sealed class RecordingAttempt : IAttempt, IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly Lock _lock = new();
    private readonly List<string> _steps = [];
    private long _moved;

    public CancellationToken Token => _source.Token;

    public ErrorCode? ExpiredLimit { get; private set; }

    /// <summary>Hears each step; progress with the sum so far.</summary>
    public Action<string, long>? OnStep { get; set; }

    public long Moved => Interlocked.Read(ref _moved);

    public IReadOnlyList<string> Steps
    {
        get
        {
            lock (_lock)
            {
                return [.. _steps];
            }
        }
    }

    public void Expire(ErrorCode limit)
    {
        ExpiredLimit = limit;
        _source.Cancel();
    }

    public void Cancel() => _source.Cancel();

    public void Connecting() => Note("connecting");

    public void Connected() => Note("connected");

    public void Progress(long bytes)
    {
        var moved = Interlocked.Add(ref _moved, bytes);
        OnStep?.Invoke("progress", moved);
    }

    public void BodySent() => Note("sent");

    public void ResponseStarted() => Note("response");

    public void Dispose() => _source.Dispose();

    private void Note(string step)
    {
        lock (_lock)
        {
            _steps.Add(step);
        }

        OnStep?.Invoke(step, Moved);
    }
}
