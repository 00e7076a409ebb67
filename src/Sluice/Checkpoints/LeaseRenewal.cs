namespace Sluice.Checkpoints;

/// <summary>The outcome of a renewal.</summary>
internal enum LeaseRenewal
{
    /// <summary>Held for another duration.</summary>
    Held,

    /// <summary>Held, and somebody asks for it.</summary>
    LetGo,

    /// <summary>Somebody else has it.</summary>
    Lost,
}
