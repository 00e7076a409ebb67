namespace Sluice.Diagnostics;

/// <summary>What a part is waiting for: always exactly one of these. Names in metrics and JSON are lower case with dashes.</summary>
public enum WaitReason
{
    /// <summary>Nothing: not begun, or over.</summary>
    None,

    /// <summary>Bytes from the client or the file.</summary>
    Client,

    /// <summary>A ticket: memory for a whole part.</summary>
    Memory,

    /// <summary>Space or bytes of the spool.</summary>
    Spool,

    /// <summary>Its turn among the parts that are ready.</summary>
    Queue,

    /// <summary>The creation gate: the upload could not finish within its hour yet.</summary>
    Gate,

    /// <summary>The circuit breaker to close.</summary>
    Breaker,

    /// <summary>A permit: the limit on parts in flight.</summary>
    Permit,

    /// <summary>The request budget.</summary>
    Pace,

    /// <summary>The time Notion asked to wait.</summary>
    NotBefore,

    /// <summary>A connection to be made.</summary>
    Connect,

    /// <summary>Its bytes to go out.</summary>
    Sending,

    /// <summary>Notion's answer.</summary>
    Response,

    /// <summary>The delay before another attempt.</summary>
    Retry,

    /// <summary>Its row to be durable.</summary>
    Checkpoint,

    /// <summary>Notion to complete the upload.</summary>
    Completing,

    /// <summary>The file to be attached.</summary>
    Attaching,
}
