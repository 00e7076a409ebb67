using Sluice.Pressure;

namespace Sluice.Parts;

/// <summary>What decides a part plan besides the length and Notion's limits.</summary>
internal sealed record PartPlanInputs
{
    /// <summary>True where parts are read again while they are sent, so that their size costs no memory.</summary>
    public bool Replayable { get; init; }

    /// <summary>All the memory there is for parts, in bytes: a part that is not read again has to fit into it.</summary>
    public long BufferBytes { get; init; } = long.MaxValue;

    /// <summary>A size set by hand, in bytes; null: chosen.</summary>
    public long? FixedSize { get; init; }

    /// <summary>The bounds set for chosen sizes; its <see cref="PartOptions.Size"/> counts where <see cref="FixedSize"/> is null.</summary>
    public PartOptions Options { get; init; } = new();

    /// <summary>The measured upstream rate of the whole connection; null: not known yet.</summary>
    public double? BytesPerSecond { get; init; }

    /// <summary>How many parts share that rate at once, 1 or more.</summary>
    public int Senders { get; init; } = 1;

    /// <summary>Two time limits in a row at one worker: only the smallest parts can get through, whatever was set.</summary>
    public bool ForceSmallest { get; init; }

    /// <summary>The machine's profile.</summary>
    public ProfileKind Profile { get; init; }
}
