using System.Collections.Frozen;
using Sluice.Errors;

namespace Sluice.Notion;

/// <summary>
/// Notion's table of file types (https://developers.notion.com/docs/working-with-files-and-media), kept here because no
/// general table agrees with it: a content type outside it is refused even where the extension is fine. docs/notion.md says
/// which pairs are documented and which are ours.
/// </summary>
internal static class NotionFileTypes
{
    private const string File = "file";
    private const string Text = "text/plain";

    /// <summary>Kind of block, content type (null: none in the table that surely fits, so it is left out), extensions; the first is added to a name without one.</summary>
    private static readonly (string Kind, string? ContentType, string Extensions)[] Rows =
    [
        ("audio", "audio/aac", "aac adts"),
        ("audio", "audio/midi", "mid midi"),
        ("audio", "audio/mpeg", "mp3 mpga"),
        ("audio", "audio/mp4", "m4a m4b"),
        ("audio", "audio/ogg", "ogg oga opus"),
        ("audio", "audio/wav", "wav"),
        ("audio", "audio/x-ms-wma", "wma"),
        ("audio", "audio/webm", "weba"),
        ("audio", "audio/x-flac", "flac"),

        ("pdf", "application/pdf", "pdf"),
        (File, Text, "txt"),
        (File, "text/csv", "csv"),
        (File, "text/tab-separated-values", "tsv"),
        (File, "application/json", "json"),
        (File, "application/msword", "doc dot"),
        (File, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
        (File, "application/vnd.openxmlformats-officedocument.wordprocessingml.template", "dotx"),
        (File, "application/vnd.ms-excel", "xls xlt xla"),
        (File, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
        (File, "application/vnd.openxmlformats-officedocument.spreadsheetml.template", "xltx"),
        (File, "application/vnd.ms-powerpoint", "ppt pot pps ppa"),
        (File, "application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
        (File, "application/vnd.openxmlformats-officedocument.presentationml.template", "potx"),
        (File, "application/rtf", "rtf"),
        (File, "text/markdown", "md markdown"),
        (File, "text/html", "html htm"),
        (File, "application/epub+zip", "epub"),
        (File, null, "xml"), // text/xml and application/xml are both in the table
        (File, "text/css", "css"),
        (File, "application/vnd.oasis.opendocument.text", "odt"),
        (File, "application/vnd.oasis.opendocument.spreadsheet", "ods"),
        (File, "application/vnd.oasis.opendocument.presentation", "odp"),
        (File, "text/calendar", "ics"),
        (File, "text/yaml", "yaml yml"),
        (File, "application/zip", "zip"),
        (File, "application/gzip", "gz gzip"),
        (File, "application/x-tar", "tar"),
        (File, "application/x-7z-compressed", "7z"),
        (File, "application/x-bzip2", "bz2"),
        (File, "application/vnd.rar", "rar"),
        (File, null, "js ts tsx py"),
        (File, null, "dwg dxf dwf rvt rfa fbx 3dm step stp iges igs stl obj 3mf gltf glb dae usdz"),

        ("image", "image/gif", "gif"),
        ("image", "image/heic", "heic"),
        ("image", "image/jpeg", "jpg jpeg"),
        ("image", "image/png", "png"),
        ("image", "image/svg+xml", "svg"),
        ("image", "image/tiff", "tiff tif"),
        ("image", "image/webp", "webp"),
        ("image", "image/vnd.microsoft.icon", "ico"),
        ("image", "image/bmp", "bmp"),
        ("image", "image/avif", "avif"),
        ("image", "image/apng", "apng"),

        ("video", "video/x-amv", "amv"),
        ("video", "video/x-ms-asf", "asf wmv"),
        ("video", "video/x-msvideo", "avi"),
        ("video", "video/x-f4v", "f4v"),
        ("video", "video/x-flv", "flv"),
        ("video", "video/mp4", "mp4 m4v"),
        ("video", "video/webm", "webm"),
        ("video", "video/quicktime", "mov qt"),
        ("video", "video/mpeg", "mpeg"),
        ("video", "video/ogg", "ogv"),
        ("video", "video/3gpp", "3gp"),
        ("video", "video/3gpp2", "3g2"),
        ("video", null, "mkv gifv"),
    ];

    /// <summary>Types that are in Notion's table without an extension of their own here: type, kind, extension for a name without one.</summary>
    private static readonly (string ContentType, string Kind, string Extension)[] OtherTypes =
    [
        ("application/mp4", "video", "mp4"),
        ("text/xml", File, "xml"),
        ("application/xml", File, "xml"),
    ];

    private static readonly FrozenDictionary<string, NotionFileType> ByExtension = Rows
        .SelectMany(row => row.Extensions.Split(' '), (row, extension) => KeyValuePair.Create(extension, new NotionFileType(row.ContentType, row.Kind)))
        .ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, (string Kind, string Extension)> ByContentType = Rows
        .Where(row => row.ContentType is not null)
        .Select(row => KeyValuePair.Create(row.ContentType!, (row.Kind, row.Extensions.Split(' ')[0])))
        .Concat(OtherTypes.Select(other => KeyValuePair.Create(other.ContentType, (other.Kind, other.Extension))))
        .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Every extension Notion takes, without the dot.</summary>
    public static IReadOnlyCollection<string> Extensions => ByExtension.Keys;

    /// <summary>What Notion makes of a name; null: it refuses its extension.</summary>
    public static NotionFileType? ForName(string name) => ByExtension.GetValueOrDefault(NotionName.Extension(name));

    /// <summary>
    /// Decides under which name and type a file goes to Notion. <paramref name="contentType"/> null: from the extension.
    /// <paramref name="asText"/>: what Notion refuses is carried as <c>&lt;name&gt;.txt</c>; its bytes are stored as they are.
    /// </summary>
    public static ResolvedFile Resolve(string given, string? contentType, bool asText, NotionLimits limits)
    {
        var name = NotionName.Clean(given);
        if (name.Trim('.', '_', ' ').Length == 0)
        {
            return ResolvedFile.Refused(ErrorCodes.BadRequest, "The file has no usable name: give one with --name.");
        }

        var resolved = contentType is null ? FromName(name) : FromType(name, contentType);
        if (resolved.Error?.Code == ErrorCodes.TypeRefused && asText)
        {
            resolved = new ResolvedFile(name + ".txt", Text, File);
        }

        return resolved.Accepted && NotionName.Problem(resolved.Name, limits) is { } problem ? ResolvedFile.Refused(problem.Code, problem.Message) : resolved;
    }

    private static ResolvedFile FromName(string name) =>
        ForName(name) is { } type
            ? new ResolvedFile(name, type.ContentType, type.BlockKind)
            : RefusedType(NotionName.Extension(name) is { Length: > 0 } extension ? $"Notion does not take files that end in .{extension}." : "The name has no extension, and Notion tells types by it.");

    private static ResolvedFile FromType(string name, string contentType)
    {
        var type = contentType.Split(';')[0].Trim().ToLowerInvariant();
        if (!ByContentType.TryGetValue(type, out var known))
        {
            return RefusedType($"Notion does not take the type {NotionErrorText.Clean(contentType)}.");
        }

        var extension = NotionName.Extension(name);
        if (extension.Length == 0)
        {
            return new ResolvedFile($"{name.TrimEnd('.')}.{known.Extension}", type, known.Kind);
        }

        return ByExtension.ContainsKey(extension)
            ? new ResolvedFile(name, type, known.Kind)
            : RefusedType($"Notion does not take files that end in .{extension}, whatever their type.");
    }

    private static ResolvedFile RefusedType(string why) => ResolvedFile.Refused(ErrorCodes.TypeRefused, $"{why} {ErrorCodes.TypeRefused.Advice}");
}
