namespace Sluice.Simulator.Uploads;

/// <summary>One stored part; its digest was made as it came.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Sha256">Hexadecimal.</param>
/// <param name="File">Where its bytes lie; null: they were dropped once they had gone into the digest of the whole.</param>
internal sealed record SimulatedPart(int Number, long Length, string Sha256, string? File)
{
    /// <summary>Deletes the bytes, where they still lie.</summary>
    public void Delete()
    {
        if (File is { } path)
        {
            System.IO.File.Delete(path);
        }
    }
}
