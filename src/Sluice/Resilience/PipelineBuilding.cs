using System.Diagnostics.CodeAnalysis;
using Polly;
using Sluice.Notion;

namespace Sluice.Resilience;

/// <summary>Adds a strategy of our own, under a name that Polly's telemetry shows.</summary>
internal static class PipelineBuilding
{
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Polly validates the options' data annotations by reflection; these options have a name and no annotations.")]
    public static ResiliencePipelineBuilder<NotionResult> Use(this ResiliencePipelineBuilder<NotionResult> builder, string name, ResilienceStrategy<NotionResult> strategy) =>
        builder.AddStrategy(_ => strategy, new StrategyOptions { Name = name });

    private sealed class StrategyOptions : ResilienceStrategyOptions
    {
    }
}
