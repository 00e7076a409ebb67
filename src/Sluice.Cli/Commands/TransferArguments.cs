using Sluice.Cli.Configuration;

namespace Sluice.Cli.Commands;

/// <summary>What the options of a transfer said.</summary>
internal sealed record TransferArguments(IReadOnlyList<SettingAssignment> Assignments, bool Json, bool Quiet);
