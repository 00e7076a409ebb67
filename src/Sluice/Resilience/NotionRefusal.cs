using Sluice.Notion;

namespace Sluice.Resilience;

/// <summary>A call that did not go out. Without a failure: the breaker changed while it waited, and it has to line up again.</summary>
internal sealed record NotionRefusal : NotionResult;
