using Sluice.Checkpoints;
using Sluice.Events;

namespace Sluice.Tests.Events;

/// <summary>Somebody who is told, and answers as a test wants.</summary>
internal sealed class TestSink(string name, Func<OutboxEvent, CancellationToken, Task<SinkAnswer>> answer) : IEventSink
{
    private readonly Lock _lock = new();
    private readonly List<OutboxEvent> _told = [];

    public string Name => name;

    public IReadOnlyList<OutboxEvent> Told
    {
        get
        {
            lock (_lock)
            {
                return [.. _told];
            }
        }
    }

    public static TestSink Taking(string name = "sink") => new(name, static (_, _) => Task.FromResult(SinkAnswer.Taken));

    public Task<SinkAnswer> TellAsync(OutboxEvent item, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _told.Add(item);
        }

        return answer(item, cancellationToken);
    }
}
