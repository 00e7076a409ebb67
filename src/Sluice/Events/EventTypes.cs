namespace Sluice.Events;

/// <summary>The names of events, as receivers see them.</summary>
internal static class EventTypes
{
    public const string Done = "upload.done";
    public const string Failed = "upload.failed";
    public const string Expired = "upload.expired";
    public const string AlertRaised = "alert.raised";
    public const string AlertCleared = "alert.cleared";
}
