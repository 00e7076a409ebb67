namespace Sluice.Simulation;

/// <summary>An upload's address, which clients may share, and where it goes.</summary>
internal sealed class ClientLink(string to)
{
    public string To => to;

    public string? Id { get; set; }
}
