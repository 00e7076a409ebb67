namespace Sluice.Events;

/// <summary>The bounds of delivery.</summary>
internal sealed record EventOptions
{
    public static EventOptions Default { get; } = new();

    /// <summary>How often the outbox is looked at while nothing is due.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Events taken out at once.</summary>
    public int Batch { get; init; } = 8;

    /// <summary>Events told at once.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>How long one sink may take.</summary>
    public TimeSpan TellWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long taken events are hidden from other processes: more than telling a whole batch can take. After a crash they are told again when this is over.</summary>
    public TimeSpan HideFor { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>An event that nobody took for so long is dropped.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromDays(3);

    /// <summary>An alert is old news sooner.</summary>
    public TimeSpan GiveUpAlertAfter { get; init; } = TimeSpan.FromMinutes(15);
}
