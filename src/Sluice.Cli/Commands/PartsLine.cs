namespace Sluice.Cli.Commands;

/// <summary>How many parts there are, and how many arrived.</summary>
internal sealed record PartsLine(int Total, int Acknowledged);
