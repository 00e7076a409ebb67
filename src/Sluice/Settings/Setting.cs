namespace Sluice.Settings;

/// <summary>One row of the catalogue: a setting's name, unit, range and how it is read and written.</summary>
/// <typeparam name="T">The options it belongs to.</typeparam>
/// <param name="Name"><c>Section:Name</c>.</param>
/// <param name="Expects">What a value looks like, for errors and documents.</param>
/// <param name="Meaning">What it does, in a sentence.</param>
/// <param name="Read">The value as text.</param>
/// <param name="TryWrite">Reads a text into the options; false where it is not a value or out of range.</param>
internal sealed record Setting<T>(string Name, string Expects, string Meaning, Func<T, string> Read, Func<T, string, bool> TryWrite)
{
    /// <summary>True for a text that need not be set.</summary>
    public bool MayBeEmpty { get; init; }

    /// <summary>True for a value that is never shown.</summary>
    public bool IsSecret { get; init; }

    /// <summary>The value for people to read.</summary>
    public string Show(T options) => IsSecret && Read(options).Length > 0 ? "(set)" : Read(options);

    /// <summary>Why a text cannot be the value.</summary>
    /// <param name="text">What was given.</param>
    /// <param name="origin">What gave it, where that is known.</param>
    public string Refuse(string text, string? origin = null) => $"{Name} cannot be {(IsSecret ? "what was given" : $"'{text}'")}{(origin is null ? "" : $" ({origin})")}: it takes {Expects}.";
}
