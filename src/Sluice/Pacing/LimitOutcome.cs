namespace Sluice.Pacing;

/// <summary>What a send that ended says about the limit.</summary>
internal enum LimitOutcome
{
    /// <summary>It got through: its bytes count.</summary>
    Success,

    /// <summary>It says nothing: refused for good, told to wait, cut by us.</summary>
    Ignore,

    /// <summary>Notion or the way to it could not take it: 5xx, time limit, broken connection.</summary>
    Dropped,
}
