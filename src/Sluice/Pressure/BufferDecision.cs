namespace Sluice.Pressure;

/// <summary>How much memory parts get, and why.</summary>
/// <param name="BufferMb">The budget of part buffers, MiB.</param>
/// <param name="WarmUpBytes">Resident memory of the process before any part; 0 where it was not read.</param>
/// <param name="Reason">A sentence for doctor.</param>
internal sealed record BufferDecision(int BufferMb, long WarmUpBytes, string Reason);
