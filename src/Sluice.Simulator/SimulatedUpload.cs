namespace Sluice.Simulator;

/// <summary>One file upload.</summary>
internal sealed class SimulatedUpload
{
    public required string Id { get; init; }

    public required int Ordinal { get; init; }

    public required string Token { get; init; }

    public required bool Multi { get; init; }

    public required int? PartsTotal { get; init; }

    public required DateTimeOffset Created { get; init; }

    public string? FileName { get; set; }

    public string? ContentType { get; set; }

    public string Status { get; set; } = "pending";

    public DateTimeOffset? Expiry { get; set; }

    public DateTimeOffset? CompletedAt { get; set; }

    public DateTimeOffset? AttachedAt { get; set; }

    /// <summary>Forget it when half of its parts are in.</summary>
    public bool Doomed { get; init; }

    public string? WholeSha256 { get; set; }

    public SortedDictionary<int, SimulatedPart> Parts { get; } = [];

    public Dictionary<int, int> Sends { get; } = [];

    public List<SimulatedAttachment> Attachments { get; } = [];

    public long Length => Parts.Values.Sum(p => p.Length);
}
