using System.Text.Json;

namespace Sluice.Bench.Budget;

/// <summary>Measures, compares with the budget file, prints a table, writes the result file.</summary>
internal static class BudgetRun
{
    /// <summary>Exit code: 0 where every benchmark is within its budget, else 1.</summary>
    public static int Run(string budgetFile, string? trxFile, TextWriter output)
    {
        var budget = JsonSerializer.Deserialize<Dictionary<string, double>>(File.ReadAllText(budgetFile))
            ?? throw new InvalidOperationException($"{budgetFile} holds no budgets.");
        var verdicts = Verdict.Of(budget, AllocationMeter.MeasureAll(typeof(BudgetRun).Assembly));
        var width = verdicts.Max(v => v.Name.Length);
        output.WriteLine($"{"bytes per operation".PadRight(width)}  {"budget",10}  {"measured",10}");
        foreach (var verdict in verdicts)
        {
            output.WriteLine($"{verdict.Name.PadRight(width)}  {Number(verdict.Allowed),10}  {Number(verdict.Measured),10}{(verdict.Problem is null ? "" : "  <- fails")}");
        }

        foreach (var verdict in verdicts.Where(v => v.Problem is not null))
        {
            output.WriteLine(verdict.Problem);
        }

        if (trxFile is not null)
        {
            TrxFile.Write(trxFile, [.. verdicts.Select(v => ("Sluice.Bench.Allocations." + v.Name, v.Problem))], TimeProvider.System.GetUtcNow());
        }

        return verdicts.Any(v => v.Problem is not null) ? 1 : 0;
    }

    private static string Number(double? bytes) => bytes is { } b ? b.ToString("0.##", System.Globalization.CultureInfo.InvariantCulture) : "none";
}
