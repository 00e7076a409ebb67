namespace Sluice.Diagnostics;

/// <summary>Something an operator should know.</summary>
/// <param name="Name">One of <see cref="AlertNames"/>.</param>
/// <param name="Reason">A sentence with the numbers.</param>
internal sealed record Alert(string Name, string Reason);
