namespace Sluice.Pressure;

/// <summary>A setting that the profile gives.</summary>
/// <param name="Name"><c>Section:Name</c>.</param>
/// <param name="Value">As the settings catalogue reads it.</param>
/// <param name="Reason">Where it comes from, for doctor.</param>
internal sealed record ProfileDefault(string Name, string Value, string Reason);
