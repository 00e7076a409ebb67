namespace Sluice.Cli.Uploads;

/// <summary>What a batch of uploads shows.</summary>
/// <param name="Json">Results as lines of JSON.</param>
/// <param name="Quiet">Results and errors only.</param>
/// <param name="Bars">Live bars where there is a terminal; not beside log lines, which would go through them.</param>
internal sealed record DisplayOptions(bool Json, bool Quiet, bool Bars = true);
