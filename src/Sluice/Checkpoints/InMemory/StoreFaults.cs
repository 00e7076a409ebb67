namespace Sluice.Checkpoints.InMemory;

/// <summary>
/// What may go wrong between one process and the in-memory store, for the deterministic simulation. The argument of each
/// function is the operation, such as <c>uploads.add_parts</c>; the functions are asked once for each call.
/// </summary>
internal sealed class StoreFaults
{
    /// <summary>How long a call is on its way before it takes effect.</summary>
    public Func<string, TimeSpan>? DelayBefore { get; set; }

    /// <summary>How long its answer is on its way after it took effect.</summary>
    public Func<string, TimeSpan>? DelayAfter { get; set; }

    /// <summary>What is thrown in place of taking effect; null: nothing.</summary>
    public Func<string, Exception?>? Failure { get; set; }

    /// <summary>The process died: calls that have not taken effect never will, and none is answered any more.</summary>
    public bool Dead { get; set; }
}
