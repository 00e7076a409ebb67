using Sluice.Simulator.Uploads;

namespace Sluice.Simulator.Faults;

/// <summary>The request that a fault is looked for.</summary>
/// <param name="Endpoint">Its name, as in docs/simulator.md.</param>
/// <param name="Upload">The upload it is about; a create has none yet.</param>
/// <param name="FileName">The upload's name; of a create, the name it asks for.</param>
/// <param name="Part">The number of the part, where it is known.</param>
internal readonly record struct FaultSubject(string Endpoint, SimulatedUpload? Upload, string? FileName, int? Part)
{
    /// <summary>
    /// Who it is about, for draws: the name and which upload of that name it is, so that uploads that start at the same moment
    /// do not change places. The path and the token play no part, so that the same files meet the same faults in every run.
    /// </summary>
    public string Who => Upload is { } upload ? $"{upload.FileName}#{upload.OrdinalOfName}" : FileName ?? "";
}
