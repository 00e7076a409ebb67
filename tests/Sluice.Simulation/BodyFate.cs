namespace Sluice.Simulation;

/// <summary>What comes behind the last byte that a client gives.</summary>
internal enum BodyFate
{
    /// <summary>The body's end, be it early.</summary>
    Ends,

    /// <summary>The connection breaks.</summary>
    Broken,

    /// <summary>Nothing, for ever: a zombie.</summary>
    Silent,
}
