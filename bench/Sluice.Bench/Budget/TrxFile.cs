using System.Globalization;
using System.Xml.Linq;

namespace Sluice.Bench.Budget;

/// <summary>Writes results in the format of the other suites, so that test.sh counts them the same way.</summary>
internal static class TrxFile
{
    private const string UnitTestType = "13cdc9d9-ddb5-4fa4-a97d-d965ccfc6d4b";
    private const string ResultsList = "8c84fa94-04c1-424b-9868-57a2d4851a1d";

    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    /// <summary>Writes the file; <c>Problem</c> null: passed.</summary>
    public static void Write(string path, IReadOnlyList<(string Name, string? Problem)> results, DateTimeOffset now)
    {
        var time = now.ToString("o", CultureInfo.InvariantCulture);
        var failed = results.Count(r => r.Problem is not null);
        var rows = results.Select(r => (r.Name, r.Problem, Id: Guid.NewGuid(), Execution: Guid.NewGuid())).ToList();
        var run = new XElement(
            Trx + "TestRun",
            new XAttribute("id", Guid.NewGuid()),
            new XAttribute("name", "Sluice.Bench"),
            new XElement(Trx + "Times", new XAttribute("creation", time), new XAttribute("start", time), new XAttribute("finish", time)),
            new XElement(Trx + "Results", rows.Select(r => new XElement(
                Trx + "UnitTestResult",
                new XAttribute("executionId", r.Execution),
                new XAttribute("testId", r.Id),
                new XAttribute("testName", r.Name),
                new XAttribute("testType", UnitTestType),
                new XAttribute("testListId", ResultsList),
                new XAttribute("computerName", Environment.MachineName),
                new XAttribute("outcome", r.Problem is null ? "Passed" : "Failed"),
                r.Problem is null ? null : new XElement(Trx + "Output", new XElement(Trx + "ErrorInfo", new XElement(Trx + "Message", r.Problem)))))),
            new XElement(Trx + "TestDefinitions", rows.Select(r => new XElement(
                Trx + "UnitTest",
                new XAttribute("id", r.Id),
                new XAttribute("name", r.Name),
                new XElement(Trx + "Execution", new XAttribute("id", r.Execution)),
                new XElement(Trx + "TestMethod", new XAttribute("codeBase", "Sluice.Bench"), new XAttribute("className", "Sluice.Bench"), new XAttribute("name", r.Name))))),
            new XElement(Trx + "TestEntries", rows.Select(r => new XElement(
                Trx + "TestEntry", new XAttribute("testId", r.Id), new XAttribute("executionId", r.Execution), new XAttribute("testListId", ResultsList)))),
            new XElement(Trx + "TestLists", new XElement(Trx + "TestList", new XAttribute("name", "Results"), new XAttribute("id", ResultsList))),
            new XElement(
                Trx + "ResultSummary",
                new XAttribute("outcome", failed == 0 ? "Completed" : "Failed"),
                new XElement(
                    Trx + "Counters",
                    new XAttribute("total", results.Count),
                    new XAttribute("executed", results.Count),
                    new XAttribute("passed", results.Count - failed),
                    new XAttribute("failed", failed),
                    new XAttribute("error", 0))));
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        new XDocument(new XDeclaration("1.0", "utf-8", null), run).Save(path);
    }
}
