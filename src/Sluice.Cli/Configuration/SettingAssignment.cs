namespace Sluice.Cli.Configuration;

/// <summary>A setting given on the command line.</summary>
/// <param name="Name"><c>Section:Name</c>.</param>
/// <param name="Value">As it was written.</param>
/// <param name="Origin">What gave it: <c>--set</c> or the option, as doctor and error messages name it.</param>
internal sealed record SettingAssignment(string Name, string Value, string Origin);
