namespace Sluice.Settings;

/// <summary>One row of the catalogue: a setting's name, unit, range and how it is read and written.</summary>
/// <param name="Name"><c>Section:Name</c>.</param>
/// <param name="Expects">What a value looks like, for errors and documents.</param>
/// <param name="Meaning">What it does, in a sentence.</param>
/// <param name="Read">The value as text.</param>
/// <param name="TryWrite">Reads a text into the options; false where it is not a value or out of range.</param>
internal sealed record Setting(string Name, string Expects, string Meaning, Func<SluiceOptions, string> Read, Func<SluiceOptions, string, bool> TryWrite)
{
    /// <summary>True for a text that need not be set.</summary>
    public bool MayBeEmpty { get; init; }
}
