using Xunit;

namespace Sluice.Conformance.Simulator;

/// <summary>Tests that measure the process they run in.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
