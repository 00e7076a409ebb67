namespace Sluice.Simulation;

/// <summary>What a client hears.</summary>
/// <param name="Status">The status; 0: the connection was dropped, or never came about.</param>
/// <param name="Offset">Upload-Offset.</param>
/// <param name="Id">The upload that was made.</param>
internal readonly record struct FrontAnswer(int Status, long Offset = 0, string? Id = null)
{
    public static FrontAnswer Dropped => default;
}
