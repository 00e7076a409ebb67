using System.Text.Json;
using System.Text.Json.Serialization;
using Sluice.Errors;

namespace Sluice.Stores;

/// <summary>An error code is written as its stable name.</summary>
internal sealed class ErrorCodeConverter : JsonConverter<ErrorCode>
{
    public override ErrorCode Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var name = reader.GetString();
        return (name is null ? null : ErrorCodes.Find(name)) ?? throw new JsonException($"'{name}' is no error code of this version.");
    }

    public override void Write(Utf8JsonWriter writer, ErrorCode value, JsonSerializerOptions options) => writer.WriteStringValue(value.Name);
}
