using System.Globalization;
using System.Text.Json;

namespace Sluice.Notion;

/// <summary>What could be read of an error answer's body; all empty where it is not Notion's JSON.</summary>
internal sealed record NotionErrorBody
{
    /// <summary>A body that says nothing.</summary>
    public static NotionErrorBody None { get; } = new();

    public string? Code { get; init; }

    public string? Message { get; init; }

    public string? RequestId { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    public string? RateLimitReason { get; init; }

    /// <summary><c>additional_data.block_limit</c> is there: the free plan's blocks are used up.</summary>
    public bool BlockLimit { get; init; }

    public IReadOnlyList<string> CommittedIds { get; init; } = [];

    /// <summary>Reads a body that may be JSON, a page of an edge, cut off, or nothing.</summary>
    public static NotionErrorBody Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref reader);
            var json = document.RootElement;
            if (json.ValueKind != JsonValueKind.Object)
            {
                return None;
            }

            var data = json.Object("additional_data");
            return new NotionErrorBody
            {
                Code = json.Text("code"),
                Message = json.Text("message"),
                RequestId = json.Text("request_id"),
                RetryAfter = Seconds(data),
                RateLimitReason = data.Text("rate_limit_reason"),
                BlockLimit = data.Member("block_limit") is { ValueKind: not JsonValueKind.Null },
                CommittedIds = [.. data.Texts("committed_child_ids"), .. data.Texts("committed_resource_id")],
            };
        }
        catch (JsonException)
        {
            return None;
        }
    }

    private static TimeSpan? Seconds(JsonElement data)
    {
        if (data.Number("retry_after") is { } whole)
        {
            return TimeSpan.FromSeconds(Math.Clamp(whole, 0, int.MaxValue));
        }

        return double.TryParse(data.Text("retry_after"), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds >= 0
            ? TimeSpan.FromSeconds(Math.Min(Math.Ceiling(seconds), int.MaxValue))
            : null;
    }
}
