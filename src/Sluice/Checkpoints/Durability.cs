namespace Sluice.Checkpoints;

/// <summary>What a write must survive before it is answered.</summary>
internal enum Durability
{
    /// <summary>The death of the process; after a power loss the last writes may be gone.</summary>
    Process,

    /// <summary>A power loss: intents, done, keys and links.</summary>
    Power,
}
