namespace Sluice.Bench.Budget;

/// <summary>A benchmark beside its budget. Missing on either side is as bad as too much: the file is to say all there is, and nothing else.</summary>
/// <param name="Name">The benchmark.</param>
/// <param name="Allowed">Bytes per operation by the file; null: the file does not name it.</param>
/// <param name="Measured">Bytes per operation; null: there is no such benchmark.</param>
internal sealed record Verdict(string Name, double? Allowed, double? Measured)
{
    /// <summary>Why it fails; null: it passes.</summary>
    public string? Problem => this switch
    {
        { Allowed: null } => $"{Name} has no budget: give it one in the budget file.",
        { Measured: null } => $"{Name} is in the budget file and no benchmark has that name: remove the line.",
        _ when Measured > Allowed => $"{Name} allocates {Measured:0.##} bytes an operation; its budget is {Allowed:0.##}.",
        _ => null,
    };

    /// <summary>Puts what was measured beside what is allowed.</summary>
    public static IReadOnlyList<Verdict> Of(IReadOnlyDictionary<string, double> budget, IReadOnlyList<Measurement> measured)
    {
        var found = measured.ToDictionary(m => m.Name, m => m.Bytes, StringComparer.Ordinal);
        return [.. measured.Select(m => m.Name).Union(budget.Keys, StringComparer.Ordinal)
            .Select(name => new Verdict(name, budget.TryGetValue(name, out var allowed) ? allowed : null, found.TryGetValue(name, out var bytes) ? bytes : null))];
    }
}
