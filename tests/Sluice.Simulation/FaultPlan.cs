namespace Sluice.Simulation;

/// <summary>What can happen to one request, drawn from the world's seed; shares of one.</summary>
internal sealed record FaultPlan
{
    /// <summary>Lost before Notion saw it.</summary>
    public double LostBefore { get; init; }

    /// <summary>Done by Notion, the answer lost.</summary>
    public double LostAfter { get; init; }

    /// <summary>The connection breaks at once, and Notion does the work up to 55 s later.</summary>
    public double LostLate { get; init; }

    /// <summary>A 5xx before the work.</summary>
    public double ErrorBefore { get; init; }

    /// <summary>A 5xx after the work was done.</summary>
    public double ErrorAfter { get; init; }

    /// <summary>As <see cref="ErrorAfter"/>, for attaches only.</summary>
    public double SavedAttach { get; init; }

    /// <summary>429 without the window being full.</summary>
    public double TooMany { get; init; }

    /// <summary>429 with a wait of 16 to 40 minutes, which no longer holds after a third of it.</summary>
    public double LongWait { get; init; }

    /// <summary>A send is refused and closed while its body is coming, and so are all others for some seconds; other calls hear 429.</summary>
    public double EarlyRefusal { get; init; }

    /// <summary>Nothing is answered until the caller leaves; the work is done half of the time, some time later.</summary>
    public double Hang { get; init; }

    /// <summary>The upload is forgotten at this request.</summary>
    public double Forget { get; init; }

    public TimeSpan LeastDelay { get; init; } = TimeSpan.FromMilliseconds(20);

    public TimeSpan MostDelay { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>How long after completion an upload may not be found by an attach.</summary>
    public TimeSpan NotReady { get; init; }

    /// <summary>How long after an attach the expiry time may still be shown.</summary>
    public TimeSpan NullLate { get; init; }

    public static FaultPlan Calm { get; } = new();

    public static FaultPlan Flaky { get; } = new() { ErrorBefore = 0.015, ErrorAfter = 0.015, LostBefore = 0.005, LostAfter = 0.005, TooMany = 0.01 };

    public static FaultPlan Rough { get; } = new()
    {
        ErrorBefore = 0.05,
        ErrorAfter = 0.05,
        LostBefore = 0.015,
        LostAfter = 0.01,
        LostLate = 0.005,
        Hang = 0.01,
        EarlyRefusal = 0.002,
        TooMany = 0.01,
        LeastDelay = TimeSpan.FromMilliseconds(500),
        MostDelay = TimeSpan.FromSeconds(2),
    };

    public static FaultPlan Forgetful { get; } = Flaky with { Forget = 0.004 };

    public static FaultPlan LateNull { get; } = Flaky with { SavedAttach = 0.3, LostLate = 0.03, NotReady = TimeSpan.FromSeconds(2), NullLate = TimeSpan.FromSeconds(11) };
}
