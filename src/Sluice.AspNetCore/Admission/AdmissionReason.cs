namespace Sluice.AspNetCore.Admission;

/// <summary>What a decision about a new upload was made by; lower case in metrics and JSON, with dashes (<see cref="AdmissionReasons"/>).</summary>
internal enum AdmissionReason
{
    /// <summary>There is room.</summary>
    Room,

    /// <summary>Accepted after a while: many uploads hold a buffer or a send.</summary>
    Active,

    /// <summary>The gateway stops.</summary>
    Draining,

    /// <summary>Notion refused the token.</summary>
    Credentials,

    /// <summary>The control group is near its memory limit.</summary>
    Memory,

    /// <summary>As many uploads are open as may be.</summary>
    Open,

    /// <summary>The circuit breaker is open for longer than the upload can wait.</summary>
    Breaker,

    /// <summary>Notion asked to wait for longer than the upload can.</summary>
    NotBefore,

    /// <summary>As many uploads go at full speed, or wait to, as may.</summary>
    Queued,

    /// <summary>The CPU was above its threshold for a minute.</summary>
    Cpu,
}
