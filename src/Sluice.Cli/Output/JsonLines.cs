using System.Text.Json;
using Sluice.Cli.Commands;

namespace Sluice.Cli.Output;

/// <summary>Values as lines of JSON.</summary>
internal static class JsonLines
{
    public static string Of(ResultLine line) => JsonSerializer.Serialize(line, CliJson.Readable.ResultLine);

    public static string Of(PlanLine line) => JsonSerializer.Serialize(line, CliJson.Readable.PlanLine);

    public static string Of(ListLine line) => JsonSerializer.Serialize(line, CliJson.Readable.ListLine);

    public static string Of(DoctorLine line) => JsonSerializer.Serialize(line, CliJson.Readable.DoctorLine);
}
