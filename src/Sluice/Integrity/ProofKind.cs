namespace Sluice.Integrity;

/// <summary>What a part's digest covers.</summary>
internal enum ProofKind
{
    /// <summary>The file from its start to the part's end.</summary>
    Prefix,

    /// <summary>The part alone.</summary>
    Alone,
}
