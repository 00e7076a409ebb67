using Microsoft.Extensions.Logging;

namespace Sluice.Events;

/// <summary>Log lines about events; event ids 500 to 549. Never an address with its path, never a secret.</summary>
internal static partial class EventsLog
{
    [LoggerMessage(500, LogLevel.Debug, "Event {EventId} was taken by {Sink}")]
    public static partial void Taken(ILogger log, string eventId, string sink);

    [LoggerMessage(501, LogLevel.Information, "Event {EventId} was not taken by {Sink}: {Problem}. It is told again in {Seconds} s")]
    public static partial void TellAgain(ILogger log, string eventId, string sink, string problem, long seconds);

    [LoggerMessage(502, LogLevel.Warning, "Event {EventId} ({EventType}) was given up after {Tries} tries: {Sink} did not take it: {Problem}")]
    public static partial void GivenUp(ILogger log, string eventId, string eventType, int tries, string sink, string problem);

    [LoggerMessage(503, LogLevel.Information, "Events wait: the store does not answer: {Problem}")]
    public static partial void StoreAway(ILogger log, string problem);

    [LoggerMessage(504, LogLevel.Error, "Telling event {EventId} to {Sink} failed with an exception; it is told again")]
    public static partial void SinkBroke(ILogger log, Exception exception, string eventId, string sink);
}
