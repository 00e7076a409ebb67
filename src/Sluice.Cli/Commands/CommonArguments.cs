using Microsoft.Extensions.Logging;
using Sluice.Cli.Configuration;

namespace Sluice.Cli.Commands;

/// <summary>What the common options said.</summary>
/// <param name="Data">The state folder; null: <c>SLUICE_DATA</c> or the platform's.</param>
/// <param name="Assignments">Settings in the order in which they win: <c>--set</c> first, options after.</param>
/// <param name="LogLevel">From which level on log lines are written.</param>
internal sealed record CommonArguments(string? Data, IReadOnlyList<SettingAssignment> Assignments, LogLevel LogLevel)
{
    public CommonArguments With(IEnumerable<SettingAssignment> more) => this with { Assignments = [.. Assignments, .. more] };
}
