namespace Sluice.Transfer;

/// <summary>Who stopped a session: never guessed from a cancelled token.</summary>
internal enum StopCause
{
    /// <summary>Nobody.</summary>
    None,

    /// <summary>The user.</summary>
    User,

    /// <summary>The process shuts down.</summary>
    Shutdown,

    /// <summary>Another process has the lease.</summary>
    LeaseLost,

    /// <summary>Another process asked for the lease.</summary>
    LetGo,
}
