using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sluice.Cli.Commands;

namespace Sluice.Cli.Output;

/// <summary>Every line of JSON that the program prints: snake_case, unknown fields null, one line a value.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.Never)]
[JsonSerializable(typeof(ResultLine))]
[JsonSerializable(typeof(PlanLine))]
[JsonSerializable(typeof(ListLine))]
[JsonSerializable(typeof(DoctorLine))]
[JsonSerializable(typeof(KeyLine))]
internal sealed partial class CliJson : JsonSerializerContext
{
    /// <summary>File names stay readable: the output is for programs and terminals, never for a web page.</summary>
    public static CliJson Readable { get; } = new(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
