namespace Sluice.Notion;

/// <summary>What a failed call means for what happens next; one row of the table in docs/notion.md each.</summary>
internal enum FailureClass
{
    /// <summary>
    /// The upload expired, vanished or was archived: a new generation is needed. From an attach just after completion it may
    /// only mean that the upload is not known everywhere yet: tried again a few times first.
    /// </summary>
    Forgotten,

    /// <summary>Complete names parts that did not arrive.</summary>
    Gap,

    /// <summary>Refused for good: the upload fails. Not counted by the breaker.</summary>
    Permanent,

    /// <summary>Token refused or connection blocked: everything on the connection stops until its configuration changes.</summary>
    Credentials,

    /// <summary>Worth another try; counted by the breaker; the HTTP connection is dropped.</summary>
    Transient,

    /// <summary>The connection broke while a body was being sent, which may hide an early refusal; counted like <see cref="Transient"/>.</summary>
    Unknown,

    /// <summary>429 or 529: wait as told; spends no attempt; not counted by the breaker.</summary>
    ToldToWait,

    /// <summary>An attach whose effect is not known, or a send or complete refused because the upload is not pending: never repeated before the upload was retrieved.</summary>
    Ambiguous,

    /// <summary>Our own side ended the call; counts for nothing.</summary>
    Ignored,
}
