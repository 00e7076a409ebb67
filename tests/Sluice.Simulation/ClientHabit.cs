namespace Sluice.Simulation;

/// <summary>How one kind of client behaves; the patience is that of the real ones (docs/tus-compliance.md).</summary>
/// <param name="Name">What it stands for.</param>
internal sealed record ClientHabit(string Name)
{
    /// <summary>The waits before its tries, which count only as long as its offset does not move; behind them it gives up, and its user comes back later.</summary>
    public IReadOnlyList<TimeSpan> Tries { get; init; } = [TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(5)];

    /// <summary>Takes an answer with a smaller offset than it sent for an error, so that the gateway answers 503 in its place.</summary>
    public bool RefusesSmaller { get; init; }

    /// <summary>Bytes in one body; 0: all that is left.</summary>
    public int Chunk { get; init; }

    /// <summary>Bytes a second; 0: as fast as they are taken.</summary>
    public int Rate { get; init; }

    /// <summary>How often a body's connection breaks; a share of one.</summary>
    public double Breaks { get; init; }

    /// <summary>How often a body stops in the middle and never ends: the client is gone, and the gateway cannot see it.</summary>
    public double Vanishes { get; init; }

    /// <summary>How often a body ends before the length it declared.</summary>
    public double Lies { get; init; }

    /// <summary>How often it sends from an older offset than it was told.</summary>
    public double GoesBack { get; init; }

    /// <summary>The file is another one after this client was away for the first time.</summary>
    public bool Changes { get; init; }

    /// <summary>Uppy and tus-js-client with their defaults.</summary>
    public static ClientHabit TusJs { get; } = new("tus-js");

    /// <summary>tuspy: no tries of its own; its user runs it again.</summary>
    public static ClientHabit TusPy { get; } = new("tuspy") { Tries = [], Chunk = 4096 };

    /// <summary>tus-java-client: refuses a smaller offset.</summary>
    public static ClientHabit TusJava { get; } = new("tus-java") { RefusesSmaller = true, Chunk = 1024 };

    /// <summary>A phone in a tunnel.</summary>
    public static ClientHabit Phone { get; } = TusJs with { Name = "phone", Breaks = 0.15, Vanishes = 0.2, Rate = 64 };

    /// <summary>16 KB/s, on the scale of the simulation's parts.</summary>
    public static ClientHabit Slow { get; } = TusJs with { Name = "slow", Rate = 16 };

    /// <summary>Says one thing and does another.</summary>
    public static ClientHabit Liar { get; } = TusJs with { Name = "liar", Lies = 0.3, GoesBack = 0.3, Breaks = 0.1 };
}
