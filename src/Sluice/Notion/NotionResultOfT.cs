using System.Diagnostics.CodeAnalysis;

namespace Sluice.Notion;

/// <summary>The outcome of a call: a value, or a failure.</summary>
/// <typeparam name="T">The type of the answer.</typeparam>
internal sealed record NotionResult<T> : NotionResult
    where T : class
{
    /// <summary>The answer; null on failure.</summary>
    public T? Value { get; init; }

    public static implicit operator NotionResult<T>(T value) => new() { Value = value };

    public static implicit operator NotionResult<T>(NotionFailure failure) => new() { Failure = failure };

    /// <summary>Tells success from failure and gives the matching value.</summary>
    public bool TryGet([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out NotionFailure? failure)
    {
        value = Value;
        failure = Failure;
        return failure is null;
    }
}
