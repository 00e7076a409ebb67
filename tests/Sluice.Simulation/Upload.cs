namespace Sluice.Simulation;

/// <summary>One run of one upload in one process.</summary>
internal sealed record Upload(SimulatedSource Source, string To, UploadHandle Handle)
{
    public bool Over => Handle.Completion.IsCompleted;
}
