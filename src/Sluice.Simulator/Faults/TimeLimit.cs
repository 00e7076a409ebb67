namespace Sluice.Simulator.Faults;

/// <summary>What the 60 seconds that Notion gives a request cover. Whether a slow body counts is not documented.</summary>
internal enum TimeLimit
{
    /// <summary>Receiving the body and handling it.</summary>
    All,

    /// <summary>Handling alone.</summary>
    Handling,

    /// <summary>Nothing: requests may take for ever.</summary>
    Off,
}
