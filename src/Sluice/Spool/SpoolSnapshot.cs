namespace Sluice.Spool;

/// <summary>What the spool holds now, for <c>sluice.spool.bytes</c> and doctor.</summary>
/// <param name="LimitBytes">What it may take at most; 0 while it was not used yet.</param>
/// <param name="ReservedBytes">What this process has given out.</param>
/// <param name="WrittenBytes">What of that is written.</param>
/// <param name="ElsewhereBytes">What lies in the folder for other processes and for uploads that stand still.</param>
/// <param name="Waiting">Uploads that wait for space.</param>
/// <param name="Off">Why nothing is staged for the moment; null: it is.</param>
internal sealed record SpoolSnapshot(long LimitBytes, long ReservedBytes, long WrittenBytes, long ElsewhereBytes, int Waiting, string? Off);
