namespace Sluice.Simulation;

/// <summary>One seed of one scenario.</summary>
internal interface IRun
{
    /// <summary>Bytes that were sent for a byte of a file; nothing where that is not counted.</summary>
    (long Sent, long Bytes) Share { get; }

    /// <summary>Runs it to its end, or to the first thing that must not happen.</summary>
    Task GoAsync();
}
