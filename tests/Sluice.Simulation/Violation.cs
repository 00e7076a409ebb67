namespace Sluice.Simulation;

/// <summary>Something that must never happen did.</summary>
internal sealed class Violation(string what) : Exception(what);
