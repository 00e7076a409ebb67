namespace Sluice.Events;

/// <summary>What came of telling somebody.</summary>
/// <param name="Problem">Why it was not taken; null: it was.</param>
/// <param name="RetryAfter">When the receiver wants to be asked again; null: it did not say.</param>
internal readonly record struct SinkAnswer(string? Problem, TimeSpan? RetryAfter = null)
{
    /// <summary>It was taken.</summary>
    public static SinkAnswer Taken => default;
}
