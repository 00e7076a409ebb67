using System.Text.Json.Serialization;
using Sluice.Checkpoints;

namespace Sluice.Stores;

/// <summary>How records are written. Every field is written, null or not, so that a missing one is found out as damage.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    IgnoreReadOnlyProperties = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UseStringEnumConverter = true,
    Converters = [typeof(ErrorCodeConverter)])]
[JsonSerializable(typeof(UploadRecord))]
[JsonSerializable(typeof(KeyRecord))]
[JsonSerializable(typeof(LinkRecord))]
[JsonSerializable(typeof(OutboxEvent))]
internal sealed partial class RecordJsonContext : JsonSerializerContext;
