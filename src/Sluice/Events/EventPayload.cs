using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Sluice.Events;

/// <summary>The body of an event: <c>{"type","timestamp","data":{…}}</c>, as Standard Webhooks has it.</summary>
internal static class EventPayload
{
    public static string Of(string type, DateTimeOffset at, Action<Utf8JsonWriter> data)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteString("timestamp", at);
            json.WriteStartObject("data");
            data(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
