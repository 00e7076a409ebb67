using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Simulator.State;

namespace Sluice.Simulator.Serving;

/// <summary>Reads a JSON body within Notion's limits: 500 KB, 100 elements an array, 2,000 characters an address.</summary>
internal static class RequestBody
{
    private const int MaxBytes = 500_000;
    private const int MaxElements = 100;
    private const int MaxUrl = 2000;
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>The body, an empty object where there is none; or why it is refused.</summary>
    public static async Task<(JsonObject Body, SimulatorAnswer? Refused)> ReadAsync(Stream from, SimulatorState state, CancellationToken cancellationToken)
    {
        var body = new CountedStream(from, state);
        using var buffer = new MemoryStream();
        var piece = new byte[16 << 10];
        int read;
        while ((read = await body.ReadAsync(piece, cancellationToken)) > 0)
        {
            // What is too much is read to its end and dropped, so that the refusal reaches the client.
            if (buffer.Length <= MaxBytes)
            {
                buffer.Write(piece, 0, read);
            }
        }

        if (buffer.Length > MaxBytes)
        {
            return ([], SimulatorAnswer.Invalid("The request body is too large: it may have 500 KB."));
        }

        return buffer.Length == 0 ? ([], null) : Parse(buffer.ToArray());
    }

    private static (JsonObject Body, SimulatorAnswer? Refused) Parse(byte[] bytes)
    {
        JsonNode? node;
        try
        {
            // JsonNode unescapes lazily and would throw in the middle of the work; a text that is not UTF-8 is refused here.
            _ = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetCharCount(bytes);
            node = JsonNode.Parse(bytes, documentOptions: Strict);
        }
        catch (Exception e) when (e is JsonException or DecoderFallbackException)
        {
            return ([], SimulatorAnswer.Error(400, "invalid_json", "Error parsing JSON body."));
        }

        return node is JsonObject body
            ? (body, OverLimit(body, "body"))
            : ([], SimulatorAnswer.Invalid("body failed validation: body should be an object."));
    }

    private static SimulatorAnswer? OverLimit(JsonNode? node, string path)
    {
        switch (node)
        {
            case JsonArray array when array.Count > MaxElements:
                return SimulatorAnswer.Invalid($"body failed validation: {path}.length should be ≤ `{MaxElements}`, instead was `{array.Count}`.");
            case JsonArray array:
                return array.Select((element, index) => OverLimit(element, $"{path}[{index}]")).FirstOrDefault(refused => refused is not null);
            case JsonObject fields:
                return fields.Select(field => field is { Key: "url", Value: JsonValue url } && url.TryGetValue<string>(out var text) && text.Length > MaxUrl
                    ? SimulatorAnswer.Invalid($"body failed validation: {path}.url.length should be ≤ `{MaxUrl}`, instead was `{text.Length}`.")
                    : OverLimit(field.Value, $"{path}.{field.Key}")).FirstOrDefault(refused => refused is not null);
            default:
                return null;
        }
    }
}
