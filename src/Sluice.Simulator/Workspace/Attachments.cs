using Sluice.Simulator.State;

namespace Sluice.Simulator.Workspace;

/// <summary>What an attach does to an upload: the first makes it permanent. Called under the state's lock.</summary>
internal static class Attachments
{
    public static void Add(SimulatorState state, SimulatedFile file, SimulatedAttachment attachment)
    {
        if (file.FileUploadId is not { } id)
        {
            return;
        }

        var upload = state.Uploads[id];
        upload.Attachments.Add(attachment);
        upload.AttachedAt ??= state.Now;
        state.Look(upload);
    }
}
