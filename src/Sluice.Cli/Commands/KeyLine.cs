namespace Sluice.Cli.Commands;

/// <summary>A key as <c>key list --json</c> shows it.</summary>
internal sealed record KeyLine(string Id, string Owner, IReadOnlyList<string> Scopes, DateTimeOffset Created, bool Revoked);
