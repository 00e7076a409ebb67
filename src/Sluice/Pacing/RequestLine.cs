namespace Sluice.Pacing;

/// <summary>Which line a call waits in for a request of the budget.</summary>
internal enum RequestLine
{
    /// <summary>Sends.</summary>
    Part,

    /// <summary>The call that makes an upload at Notion: it begins an hour, and ends nothing.</summary>
    Create,

    /// <summary>Everything that finishes an upload or asks something.</summary>
    Control,
}
