namespace Sluice.Checkpoints;

/// <summary>The calls that must take effect exactly once.</summary>
internal enum IntentKind
{
    /// <summary>A single-part send.</summary>
    Send,

    /// <summary>Complete of a multi-part upload.</summary>
    Complete,

    /// <summary>Append a block, extend a property, make a row.</summary>
    Attach,
}
