namespace Sluice.Simulation;

/// <summary>Something that must never happen did.</summary>
internal sealed class Violation(string what) : Exception(what)
{
    public static void Unless(bool holds, Func<string> otherwise)
    {
        if (!holds)
        {
            throw new Violation(otherwise());
        }
    }
}
