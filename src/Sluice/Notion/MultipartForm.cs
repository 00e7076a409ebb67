using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sluice.Notion;

/// <summary>
/// The bytes around a file in multipart/form-data, laid out as Notion's own clients lay them out: quoted names, the file
/// first, then part_number without a content type, a bare boundary. Pure; byte-exact tests in MultipartFormTests.
/// </summary>
internal static class MultipartForm
{
    private const string DefaultFormName = "file";
    private const int MaxFormName = 100;
    private const int MaxContentType = 255;

    /// <summary>A boundary nobody can guess: 128 random bits, so that no file can hold it on purpose, or by chance.</summary>
    public static string NewBoundary() => "sluice-" + RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>The request's Content-Type.</summary>
    public static string ContentType(string boundary) => "multipart/form-data; boundary=" + boundary;

    /// <summary>What comes before the file's bytes.</summary>
    public static byte[] Head(string boundary, string? fileName, string? contentType)
    {
        var head = new StringBuilder(256)
            .Append("--").Append(boundary).Append("\r\n")
            .Append("Content-Disposition: form-data; name=\"file\"; filename=\"").Append(FormName(fileName)).Append("\"\r\n");
        if (SafeContentType(contentType) is { } type)
        {
            head.Append("Content-Type: ").Append(type).Append("\r\n");
        }

        return Encoding.ASCII.GetBytes(head.Append("\r\n").ToString());
    }

    /// <summary>What comes after the file's bytes; <paramref name="partNumber"/> null: single part.</summary>
    public static byte[] Tail(string boundary, int? partNumber)
    {
        var tail = new StringBuilder(160).Append("\r\n--").Append(boundary);
        if (partNumber is { } number)
        {
            tail.Append("\r\nContent-Disposition: form-data; name=\"part_number\"\r\n\r\n")
                .Append(number.ToString(CultureInfo.InvariantCulture))
                .Append("\r\n--").Append(boundary);
        }

        return Encoding.ASCII.GetBytes(tail.Append("--\r\n").ToString());
    }

    /// <summary>
    /// A file name for the form that any server reads the same way: ASCII letters, digits, dot, dash and underscore, with the
    /// extension. The real name was given when the upload was made; this one is not shown to anybody.
    /// </summary>
    public static string FormName(string? fileName)
    {
        if (string.IsNullOrEmpty(fileName))
        {
            return DefaultFormName;
        }

        var safe = new StringBuilder(Math.Min(fileName.Length, MaxFormName));
        foreach (var c in fileName.Length > MaxFormName ? fileName[^MaxFormName..] : fileName)
        {
            safe.Append(char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_');
        }

        var name = safe.ToString().TrimStart('.');
        return name.Length == 0 ? DefaultFormName : name;
    }

    /// <summary>The content type where it can stand in a header line as it is; null otherwise.</summary>
    public static string? SafeContentType(string? contentType)
    {
        if (string.IsNullOrWhiteSpace(contentType) || contentType.Length > MaxContentType || !contentType.Contains('/', StringComparison.Ordinal))
        {
            return null;
        }

        foreach (var c in contentType)
        {
            if (c is < ' ' or > '~')
            {
                return null;
            }
        }

        return contentType.Trim();
    }
}
