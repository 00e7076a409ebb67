namespace Sluice.Simulation;

/// <summary>One run of one upload in one process.</summary>
internal sealed class Upload(SimulatedSource source, string to, UploadHandle handle)
{
    public SimulatedSource Source => source;

    public string To => to;

    public UploadHandle Handle => handle;

    public bool Over => handle.Completion.IsCompleted;

    /// <summary>The offset told last.</summary>
    public long Offset { get; set; }

    /// <summary>Since when it waits for nothing that has a name, in ticks; null: it has a name.</summary>
    public long? NamelessSince { get; set; }

    public bool Judged { get; set; }
}
