using Sluice.Simulator.Workspace;

namespace Sluice.Simulator.Uploads;

/// <summary>One file upload. Guarded by the state's lock.</summary>
internal sealed class SimulatedUpload
{
    public required string Id { get; init; }

    /// <summary>The how manieth upload of the workspace it is.</summary>
    public required int Ordinal { get; init; }

    /// <summary>The how manieth upload of its name it is.</summary>
    public required int OrdinalOfName { get; init; }

    /// <summary>What its stored file is called in signed addresses; nothing leads from one to the other.</summary>
    public required string ObjectId { get; init; }

    public required string Token { get; init; }

    public required bool Multi { get; init; }

    /// <summary>Null: a single part.</summary>
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

    /// <summary>The digest of the whole file, made part by part.</summary>
    public WholeDigest? Whole { get; set; }

    public SortedDictionary<int, SimulatedPart> Parts { get; } = [];

    /// <summary>How often each part was taken.</summary>
    public Dictionary<int, int> Sends { get; } = [];

    /// <summary>The bytes of all parts taken, those that were replaced too.</summary>
    public long BytesTaken { get; set; }

    public List<SimulatedAttachment> Attachments { get; } = [];

    public long Length => Parts.Values.Sum(p => p.Length);
}
