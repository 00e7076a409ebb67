namespace Sluice.Cli.Commands;

/// <summary>A setting in force and where its value came from.</summary>
internal sealed record DoctorSetting(string Name, string Value, string Origin);
