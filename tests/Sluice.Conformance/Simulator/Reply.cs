using System.Text.Json.Nodes;
using Xunit;

namespace Sluice.Conformance.Simulator;

/// <summary>What the simulator answered.</summary>
internal sealed record Reply(int Status, string Body, string? RetryAfter, string? ContentType, bool HasRequestId, bool HasRay)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    public string? Code => Json["code"]?.GetValue<string>();

    public string? Message => Json["message"]?.GetValue<string>();

    public Reply Ok()
    {
        Assert.True(Status == 200, $"{Status}: {Body}");
        return this;
    }

    public Reply Refused(int status, string code, string? message = null)
    {
        Assert.True(Status == status && Code == code, $"{Status}: {Body}");
        Assert.Equal("error", Json["object"]!.GetValue<string>());
        Assert.Equal(status, Json["status"]!.GetValue<int>());
        Assert.True(Guid.TryParse(Json["request_id"]!.GetValue<string>(), out _));
        if (message is not null)
        {
            Assert.Contains(message, Message, StringComparison.Ordinal);
        }

        return this;
    }

    public Reply Invalid(string? message = null) => Refused(400, "validation_error", message);

    public string Text(string name) => Json[name]!.GetValue<string>();

    public long Number(string name) => Json[name]!.GetValue<long>();

    public string[] Fields => [.. Json.AsObject().Select(p => p.Key)];

    public JsonArray Results => Json["results"]!.AsArray();
}
