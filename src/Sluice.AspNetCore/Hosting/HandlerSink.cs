using System.Text.Json;
using Sluice.Checkpoints;
using Sluice.Events;

namespace Sluice.AspNetCore.Hosting;

/// <summary>Tells one handler of the application.</summary>
internal sealed class HandlerSink(IUploadOutcomeHandler handler, int number) : IEventSink
{
    public string Name { get; } = $"{handler.GetType().Name} ({number})";

    public async Task<SinkAnswer> TellAsync(OutboxEvent item, CancellationToken cancellationToken)
    {
        await handler.HandleAsync(Outcome(item), cancellationToken);
        return SinkAnswer.Taken;
    }

    /// <summary>Reads an event as <see cref="UploadEvents"/> wrote it; what an older program left out is null.</summary>
    public static UploadOutcome Outcome(OutboxEvent item)
    {
        using var document = JsonDocument.Parse(item.Payload);
        var data = document.RootElement.GetProperty("data");
        return new UploadOutcome
        {
            EventId = item.Id,
            Kind = item.Type switch { EventTypes.Done => UploadOutcomeKind.Done, EventTypes.Expired => UploadOutcomeKind.Expired, _ => UploadOutcomeKind.Failed },
            At = item.At,
            UploadId = item.UploadId,
            Owner = Text(data, "owner") ?? "",
            Name = Text(data, "name") ?? "",
            ContentType = Text(data, "content_type"),
            Length = data.TryGetProperty("length", out var length) ? length.GetInt64() : 0,
            FileUploadId = Text(data, "file_upload_id"),
            Sha256 = Text(data, "sha256"),
            Target = Text(data, "target") ?? "none",
            Connection = Text(data, "connection"),
            PageId = Text(data, "attached", "page_id"),
            BlockId = Text(data, "attached", "block_id"),
            Url = Text(data, "attached", "url"),
            ErrorCode = Text(data, "error", "code"),
            ErrorMessage = Text(data, "error", "message"),
        };
    }

    private static string? Text(JsonElement from, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (from.ValueKind != JsonValueKind.Object || !from.TryGetProperty(name, out from))
            {
                return null;
            }
        }

        return from.ValueKind == JsonValueKind.String ? from.GetString() : null;
    }
}
