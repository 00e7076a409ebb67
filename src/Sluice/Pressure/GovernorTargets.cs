using Sluice.Buffers;

namespace Sluice.Pressure;

/// <summary>What the governor looks at and turns.</summary>
internal sealed record GovernorTargets
{
    /// <summary>The memory for parts.</summary>
    public required PartBuffers Buffers { get; init; }

    /// <summary>Senders at most, at present.</summary>
    public required Func<int> SendLimit { get; init; }

    /// <summary>Sets the senders' ceiling.</summary>
    public required Action<int> SetCpuCeiling { get; init; }

    /// <summary>True while an upload is under way: memory is then looked at each second.</summary>
    public required Func<bool> IsBusy { get; init; }

    /// <summary>False where Features:Backpressure is off: memory is read and reported, but fills are not reduced.</summary>
    public required Func<bool> ReducesFills { get; init; }

    /// <summary>Lets go of the program's own pages, collects garbage and compacts the heap.</summary>
    public Action Collect { get; init; } = static () =>
    {
        ProgramPages.LetGo();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    };

    /// <summary>Lets go of the program's own pages and collects what did not live long, which costs little.</summary>
    public Action CollectYoung { get; init; } = static () =>
    {
        ProgramPages.LetGo();
        GC.Collect(1, GCCollectionMode.Forced, blocking: true);
    };

    /// <summary>Told when the level rises or an emergency begins, with its name.</summary>
    public Action<string>? PressureRose { get; init; }
}
