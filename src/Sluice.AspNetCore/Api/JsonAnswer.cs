using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Sluice.AspNetCore.Api;

/// <summary>Documents in, documents out; both small.</summary>
internal static class JsonAnswer
{
    private const int MaxBody = 16 << 10;

    public static byte[] Bytes(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            write(json);
        }

        return stream.ToArray();
    }

    public static async Task WriteAsync(HttpContext http, int status, Action<Utf8JsonWriter> write)
    {
        var body = Bytes(write);
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(body, http.RequestAborted);
        }
    }

    /// <summary>Reads an object that a client sent; its type has to be said, which pages of other sites cannot do unasked.</summary>
    public static async ValueTask<(JsonDocument? Document, Refusal? Refusal)> ReadAsync(HttpContext http)
    {
        if (!http.Request.HasJsonContentType())
        {
            return (null, Refusal.BadRequest("Send the document as Content-Type: application/json.", StatusCodes.Status415UnsupportedMediaType));
        }

        var bytes = new byte[MaxBody];
        var filled = await http.Request.Body.ReadAtLeastAsync(bytes, MaxBody, throwOnEndOfStream: false, http.RequestAborted);
        if (filled == MaxBody)
        {
            return (null, Refusal.BadRequest($"The document is longer than {MaxBody >> 10} KiB.", StatusCodes.Status413PayloadTooLarge));
        }

        try
        {
            var document = JsonDocument.Parse(bytes.AsMemory(0, filled), new JsonDocumentOptions { MaxDepth = 8 });
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return (document, null);
            }

            document.Dispose();
        }
        catch (JsonException)
        {
            // Told below.
        }

        return (null, Refusal.BadRequest("The document is not a JSON object."));
    }

    /// <summary>A text member; null where it is missing or null. False: it is something else.</summary>
    public static bool TryText(JsonElement element, string name, out string? value)
    {
        value = null;
        if (!element.TryGetProperty(name, out var member) || member.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        if (member.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        value = member.GetString();
        return true;
    }

    /// <summary>A whole number of 1 or more; null where it is missing or null. False: it is something else.</summary>
    public static bool TryNumber(JsonElement element, string name, long most, out long? value)
    {
        value = null;
        if (!element.TryGetProperty(name, out var member) || member.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        if (member.ValueKind != JsonValueKind.Number || !member.TryGetInt64(out var number) || number < 1 || number > most)
        {
            return false;
        }

        value = number;
        return true;
    }
}
