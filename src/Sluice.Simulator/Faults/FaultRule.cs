using System.Globalization;

namespace Sluice.Simulator.Faults;

/// <summary>A rule of a script: which requests it is about, how often it acts, and what it does.</summary>
internal sealed class FaultRule
{
    private readonly Dictionary<string, int> _seen = new(StringComparer.Ordinal);

    public string? Endpoint { get; init; }

    public int? Part { get; init; }

    /// <summary>The upload's ordinal.</summary>
    public int? Upload { get; init; }

    public string? FileName { get; init; }

    /// <summary>The matching requests it passes over first.</summary>
    public int Skip { get; init; }

    /// <summary>How often it acts; null: always.</summary>
    public int? Times { get; init; }

    /// <summary>What <see cref="Skip"/> and <see cref="Times"/> count by: null (all requests), <c>upload</c> or <c>part</c>.</summary>
    public string? Each { get; init; }

    /// <summary>The actions, counted from 1, before which the work is done; null: as <see cref="FaultAction.Kept"/> says, each time.</summary>
    public IReadOnlyList<int>? KeptOn { get; init; }

    public required FaultAction Action { get; init; }

    /// <summary>How often it has acted.</summary>
    public int Acted { get; private set; }

    /// <summary>What it does to this request; null: it is not about it, or is used up.</summary>
    public FaultAction? Take(FaultSubject subject)
    {
        if (!IsAbout(subject))
        {
            return null;
        }

        var by = Each switch
        {
            "upload" => subject.Who,
            "part" => $"{subject.Who}/{subject.Part?.ToString(CultureInfo.InvariantCulture)}",
            _ => "",
        };
        var nth = _seen[by] = _seen.GetValueOrDefault(by) + 1;
        if (nth <= Skip || nth - Skip > Times)
        {
            return null;
        }

        Acted++;
        return KeptOn is null ? Action : Action with { Kept = KeptOn.Contains(nth - Skip) };
    }

    /// <summary>The same rule, from its beginning.</summary>
    public FaultRule Fresh() => new()
    {
        Endpoint = Endpoint,
        Part = Part,
        Upload = Upload,
        FileName = FileName,
        Skip = Skip,
        Times = Times,
        Each = Each,
        KeptOn = KeptOn,
        Action = Action,
    };

    private bool IsAbout(FaultSubject subject) =>
        (Endpoint is null || Endpoint == subject.Endpoint) && (Part is null || Part == subject.Part)
        && (Upload is null || Upload == subject.Upload?.Ordinal) && (FileName is null || FileName == subject.FileName);
}
