using Sluice.Simulator.State;

namespace Sluice.Simulator.Faults;

/// <summary>What goes wrong with which request: a script first, a profile then. Guarded by the state's lock.</summary>
internal sealed class FaultPlan(ulong seed, SimulatorClock clock)
{
    private readonly Dictionary<string, int> _tries = new(StringComparer.Ordinal);
    private DateTimeOffset? _firstSend;

    public string Profile { get; private set; } = "calm";

    public FaultScript Script { get; set; } = new([]);

    /// <summary>What happened so far, by name.</summary>
    public SortedDictionary<string, long> Counts { get; } = new(StringComparer.Ordinal);

    /// <summary>Another profile, from its beginning: an outage waits for the next send.</summary>
    public void Use(string profile)
    {
        Profile = profile;
        _firstSend = null;
        _tries.Clear();
    }

    /// <summary>A send begins: an outage begins with the first.</summary>
    public void SendBegins() => _firstSend ??= clock.GetUtcNow();

    /// <summary>What goes wrong with a call whose body is JSON or empty.</summary>
    public FaultAction? ForCall(FaultSubject subject) => Counted(Script.Find(subject) ?? Drawn(subject, ""));

    /// <summary>What goes wrong with a send, as far as it shows before the part number is known.</summary>
    /// <param name="subject">The send.</param>
    /// <param name="head">A digest of the beginning of the file's bytes: it stands for the part.</param>
    public FaultAction? ForSendHead(FaultSubject subject, string head) => Script.Find(subject, early: true) ?? Drawn(subject, head);

    /// <summary>What goes wrong with a send whose whole form was read.</summary>
    /// <param name="subject">The send with its part number.</param>
    /// <param name="drawn">What <see cref="ForSendHead"/> said.</param>
    public FaultAction? ForSendEnd(FaultSubject subject, FaultAction? drawn) => Counted(Script.Find(subject, early: false) ?? drawn);

    /// <summary>A fault that acts is counted once, when it is certain to.</summary>
    public FaultAction? Counted(FaultAction? action)
    {
        if (action?.Name is { } name)
        {
            Counts[name] = Counts.GetValueOrDefault(name) + 1;
        }

        return action;
    }

    private FaultAction? Drawn(FaultSubject subject, string part)
    {
        if (Profile == "outage")
        {
            return _firstSend is { } first && clock.GetUtcNow() < first + FaultProfile.Outage ? new FaultAction { Status = 504 } : null;
        }

        if (Profile is not ("flaky" or "rough"))
        {
            return null;
        }

        var key = $"{subject.Who}/{subject.Endpoint}/{part}";
        var attempt = _tries[key] = _tries.GetValueOrDefault(key) + 1;
        return FaultProfile.Draw(Profile, seed, subject.Who, subject.Endpoint, part, attempt);
    }
}
