namespace Sluice.Pressure;

/// <summary>What the memory rule judges by. Plain values.</summary>
/// <param name="RssBytes">The process's resident memory.</param>
/// <param name="WarmUpBytes">What it was before any part.</param>
/// <param name="PlannedBytes">Pages of parts that are resident: those under a ticket and those kept for the next part.</param>
/// <param name="BudgetBytes">The budget of part buffers.</param>
/// <param name="GroupUsedBytes">What the control group uses (anon, shared, kernel, sockets); null: not known.</param>
/// <param name="GroupLimitBytes">Its limit; null: none.</param>
internal readonly record struct MemoryFacts(long RssBytes, long WarmUpBytes, long PlannedBytes, long BudgetBytes, long? GroupUsedBytes, long? GroupLimitBytes);
