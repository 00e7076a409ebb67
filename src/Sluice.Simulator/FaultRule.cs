namespace Sluice.Simulator;

/// <summary>A rule of a script: which requests it is about, how often it acts, and what it does.</summary>
internal sealed class FaultRule
{
    public string? Endpoint { get; init; }

    public int? Part { get; init; }

    public int? Upload { get; init; }

    public string? FileName { get; init; }

    /// <summary>The matching requests it passes over first.</summary>
    public int Skip { get; set; }

    /// <summary>How often it acts; null: always.</summary>
    public int? Times { get; set; }

    public required FaultAction Action { get; init; }

    public bool Matches(string endpoint, int? part, SimulatedUpload? upload) =>
        (Endpoint is null || Endpoint == endpoint) && (Part is null || Part == part)
        && (Upload is null || Upload == upload?.Ordinal) && (FileName is null || FileName == upload?.FileName);
}
