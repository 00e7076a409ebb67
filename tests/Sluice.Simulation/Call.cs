using Sluice.Checkpoints;

namespace Sluice.Simulation;

/// <summary>One call to Notion as the invariants see it.</summary>
/// <param name="Kind">Which.</param>
/// <param name="FileUploadId">The upload it is about.</param>
/// <param name="Part">The part it carries.</param>
/// <param name="Once">The intent that has to be durable before it; null: it may be repeated freely.</param>
/// <param name="Bytes">Body bytes.</param>
internal sealed record Call(string Kind, string? FileUploadId = null, int? Part = null, IntentKind? Once = null, long Bytes = 0)
{
    public bool Sends => Kind == "send";

    public bool Attaches => Once == IntentKind.Attach;

    /// <summary>Whether the upload may be forgotten at this call.</summary>
    public bool MayForget => Kind is "send" or "complete";

    public override string ToString() => $"{Kind} {FileUploadId?[^4..]}{(Part is { } part ? $" part {part}" : "")}";
}
