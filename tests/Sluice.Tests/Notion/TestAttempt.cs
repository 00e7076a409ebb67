using Sluice.Errors;
using Sluice.Notion;

namespace Sluice.Tests.Notion;

/// <summary>An attempt without limits of its own: notes what it is told, and ends when the test says so.</summary>
internal sealed class TestAttempt : IAttempt, IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly Lock _lock = new();
    private readonly List<string> _steps = [];
    private long _moved;

    public CancellationToken Token => _source.Token;

    public ErrorCode? ExpiredLimit { get; private set; }

    public Action<string>? OnStep { get; set; }

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
        Interlocked.Add(ref _moved, bytes);
        OnStep?.Invoke("progress");
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

        OnStep?.Invoke(step);
    }
}
