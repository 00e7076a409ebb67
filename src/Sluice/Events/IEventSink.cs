using Sluice.Checkpoints;

namespace Sluice.Events;

/// <summary>Somebody who wants to be told.</summary>
internal interface IEventSink
{
    /// <summary>Its name in the log; one of its kind.</summary>
    string Name { get; }

    /// <summary>Tells it, within a bound of its own. Expected failures are values; it may be told the same event again.</summary>
    Task<SinkAnswer> TellAsync(OutboxEvent item, CancellationToken cancellationToken);
}
