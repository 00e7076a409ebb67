using Sluice.Diagnostics;
using Sluice.Errors;

namespace Sluice.Cli.Output;

/// <summary>Says what an upload is waiting for; null where it moves.</summary>
internal static class WaitSentence
{
    public static string? Of(UploadSnapshot snapshot)
    {
        if (snapshot.ProvedBytes < snapshot.ResumedFrom)
        {
            return $"checking that the file is the one that was begun: {Quantity.Percent((double)snapshot.ProvedBytes / snapshot.ResumedFrom)} of {Quantity.Bytes(snapshot.ResumedFrom)}";
        }

        var left = snapshot.WaitRemaining is { } remaining && remaining > TimeSpan.Zero ? Quantity.CountDown(remaining) : null;
        return snapshot.Wait switch
        {
            WaitReason.None or WaitReason.Sending => null,
            WaitReason.Client when snapshot.State == "staged" => "reading standard input to its end",
            WaitReason.Client => "reading the file",
            WaitReason.Memory => "waiting for memory: the other parts under way fill the budget",
            WaitReason.Spool => "waiting for room in the spool",
            WaitReason.Queue => "waiting for its turn",
            WaitReason.Gate => "waiting until it can finish within the hour that Notion gives an upload",
            WaitReason.Breaker => $"Notion keeps failing{Because(snapshot.LastError)}; asking again {In(left)}",
            WaitReason.Permit => "waiting for a sender to be free",
            WaitReason.Pace => $"keeping to Notion's request limit{And(left)}",
            WaitReason.NotBefore => $"Notion asked to wait{And(left)}",
            WaitReason.Connect => "connecting to Notion",
            WaitReason.Response => "waiting for Notion's answer",
            WaitReason.Retry => $"trying again {In(left)}{Because(snapshot.LastError)}",
            WaitReason.Checkpoint => "writing down what arrived",
            WaitReason.Completing => "Notion puts the parts together",
            WaitReason.Attaching => left is null ? "attaching the file" : $"looking whether the file is attached: again {In(left)}",
            _ => null,
        };
    }

    private static string In(string? left) => left is null ? "soon" : $"in {left}";

    private static string And(string? left) => left is null ? "" : $": {left} left";

    private static string Because(SluiceError? error) => error switch
    {
        null => "",
        { NotionStatus: { } status } => $" ({status})",
        _ => $" ({error.Code.Name})",
    };
}
