using Xunit;

namespace Sluice.Tests.Resilience;

/// <summary>Tests that move virtual time for others: they run one after the other and beside nothing else, so that the thread pool is theirs.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneOnVirtualTime
{
    public const string Name = "virtual time";
}
