using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Sluice.AspNetCore.Api;
using Sluice.AspNetCore.Tus;
using Sluice.Errors;

namespace Sluice.AspNetCore.Direct;

/// <summary>The fields of a form up to its file, and the file's part. Bounded: 16 fields of 4 KiB.</summary>
internal sealed class FormHead
{
    private const int MaxFields = 16;
    private const int MaxField = 4 << 10;

    private readonly Dictionary<string, string> _fields = [];

    public string? Target => _fields.GetValueOrDefault("target");

    public string? Caption => _fields.GetValueOrDefault("caption");

    public required string Name { get; init; }

    public string? ContentType { get; init; }

    public required FormFile File { get; init; }

    public required long Length { get; init; }

    /// <summary>The boundary in a content type; null where it is no form or the boundary is none.</summary>
    public static string? Boundary(string? contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        return boundary.Length is > 0 and <= 70 ? boundary : null;
    }

    /// <summary>Reads up to the file.</summary>
    /// <exception cref="IOException">The body is not what it says, or the client is gone.</exception>
    public static async ValueTask<(FormHead? Head, Refusal? Refusal)> ReadAsync(Stream body, string boundary, long? contentLength, CancellationToken cancellationToken)
    {
        var reader = new MultipartReader(boundary, new CountedBody(body, tellsPosition: true)) { HeadersCountLimit = 16, HeadersLengthLimit = 8 << 10, BodyLengthLimit = null };
        var fields = new Dictionary<string, string>();
        while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition) || !disposition.DispositionType.Equals("form-data", StringComparison.OrdinalIgnoreCase))
            {
                return (null, Refusal.BadRequest("A part of the form has no Content-Disposition: form-data."));
            }

            if (disposition.FileNameStar.HasValue || disposition.FileName.HasValue)
            {
                return OfFile(section, disposition, fields, boundary, contentLength);
            }

            if (fields.Count == MaxFields || await FieldAsync(section.Body, cancellationToken) is not { } value)
            {
                return (null, Refusal.BadRequest($"The form has more than {MaxFields} fields, or one that is longer than {MaxField >> 10} KiB."));
            }

            fields[HeaderUtilities.RemoveQuotes(disposition.Name).ToString()] = value;
        }

        return (null, Refusal.BadRequest("The form holds no file."));
    }

    private static (FormHead? Head, Refusal? Refusal) OfFile(MultipartSection section, ContentDispositionHeaderValue disposition, Dictionary<string, string> fields, string boundary, long? contentLength)
    {
        // What remains of the request is the file and the last boundary: CR LF -- boundary -- CR LF.
        long? told = section.Headers?.TryGetValue(HeaderNames.ContentLength, out var header) == true && long.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out var said) ? said : null;
        var length = told ?? (contentLength is { } all && section.BaseStreamOffset is { } begin ? all - begin - boundary.Length - 8 : null);
        if (length is null)
        {
            return (null, Refusal.Of(ErrorCodes.LengthRequired, "The file's length is not known: send the form with a Content-Length, or give the file's part one, or use PUT /files/{name}."));
        }

        var name = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).ToString();
        var head = new FormHead
        {
            Name = name,
            ContentType = section.ContentType is null or "application/octet-stream" ? null : section.ContentType,
            File = new FormFile(section.Body, Math.Max(0, length.Value)),
            Length = Math.Max(0, length.Value),
        };
        foreach (var (key, value) in fields)
        {
            head._fields[key] = value;
        }

        return (head, null);
    }

    private static async ValueTask<string?> FieldAsync(Stream body, CancellationToken cancellationToken)
    {
        var bytes = new byte[MaxField + 1];
        var read = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return read > MaxField ? null : System.Text.Encoding.UTF8.GetString(bytes, 0, read);
    }
}
