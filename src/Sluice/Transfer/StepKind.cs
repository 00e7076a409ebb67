namespace Sluice.Transfer;

/// <summary>How a step of a session ended.</summary>
internal enum StepKind
{
    /// <summary>As it should.</summary>
    Ok,

    /// <summary>Notion forgot the upload, or its hour is over: a new generation is needed.</summary>
    Forgotten,

    /// <summary>For good: the upload fails.</summary>
    Failed,

    /// <summary>It can go on another time; the record keeps its place.</summary>
    Interrupted,

    /// <summary>Refused before anything was sent.</summary>
    Refused,
}
