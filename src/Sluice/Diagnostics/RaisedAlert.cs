namespace Sluice.Diagnostics;

/// <summary>An alert that holds.</summary>
/// <param name="Alert">Which, and why when it began.</param>
/// <param name="Since">When it began.</param>
internal sealed record RaisedAlert(Alert Alert, DateTimeOffset Since);
