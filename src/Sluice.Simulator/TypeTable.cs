using System.Collections.Frozen;

namespace Sluice.Simulator;

/// <summary>The extensions and media types that Notion takes; source: docs/notion.md, types. Of its own, so that a mistake in the client's table shows.</summary>
internal static class TypeTable
{
    private static readonly FrozenDictionary<string, string?> ByExtension = Build().ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Types = ByExtension.Values.OfType<string>()
        .Concat(["application/mp4", "audio/mp4", "video/mp4", "application/xml", "text/xml", "image/svg+xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.template", "application/vnd.openxmlformats-officedocument.spreadsheetml.template", "application/vnd.openxmlformats-officedocument.presentationml.template"])
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static bool KnowsExtension(string fileName) => ByExtension.ContainsKey(Extension(fileName));

    public static bool KnowsType(string type) => Types.Contains(type);

    /// <summary>What Notion makes of a name without a type.</summary>
    public static string? Infer(string fileName) => ByExtension.GetValueOrDefault(Extension(fileName));

    /// <summary>image, video, audio, pdf or file.</summary>
    public static string Category(string? type, string? fileName)
    {
        type ??= fileName is null ? null : Infer(fileName);
        return type is null ? "file"
            : type.StartsWith("image/", StringComparison.OrdinalIgnoreCase) ? "image"
            : type.StartsWith("video/", StringComparison.OrdinalIgnoreCase) || type == "application/mp4" ? "video"
            : type.StartsWith("audio/", StringComparison.OrdinalIgnoreCase) ? "audio"
            : type == "application/pdf" ? "pdf"
            : "file";
    }

    private static string Extension(string name)
    {
        var dot = name.LastIndexOf('.');
        return dot < 0 ? "" : name[(dot + 1)..];
    }

    private static Dictionary<string, string?> Build()
    {
        var table = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        void Add(string extensions, string? type)
        {
            foreach (var extension in extensions.Split(' '))
            {
                table[extension] = type;
            }
        }

        Add("aac adts", "audio/aac");
        Add("mid midi", "audio/midi");
        Add("mp3 mpga", "audio/mpeg");
        Add("m4a m4b", "audio/mp4");
        Add("oga ogg opus", "audio/ogg");
        Add("wav", "audio/wav");
        Add("wma", "audio/x-ms-wma");
        Add("weba", "audio/webm");
        Add("flac", "audio/x-flac");
        Add("pdf", "application/pdf");
        Add("txt", "text/plain");
        Add("csv", "text/csv");
        Add("json", "application/json");
        Add("doc dot", "application/msword");
        Add("docx dotx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
        Add("xls xlt xla", "application/vnd.ms-excel");
        Add("xlsx xltx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
        Add("ppt pot pps ppa", "application/vnd.ms-powerpoint");
        Add("pptx potx", "application/vnd.openxmlformats-officedocument.presentationml.presentation");
        Add("rtf", "application/rtf");
        Add("md markdown", "text/markdown");
        Add("html htm", "text/html");
        Add("epub", "application/epub+zip");
        Add("xml", "application/xml");
        Add("css", "text/css");
        Add("odt", "application/vnd.oasis.opendocument.text");
        Add("ods", "application/vnd.oasis.opendocument.spreadsheet");
        Add("odp", "application/vnd.oasis.opendocument.presentation");
        Add("ics", "text/calendar");
        Add("yaml yml", "text/yaml");
        Add("tsv", "text/tab-separated-values");
        Add("zip", "application/zip");
        Add("gz gzip", "application/gzip");
        Add("tar", "application/x-tar");
        Add("7z", "application/x-7z-compressed");
        Add("bz2", "application/x-bzip2");
        Add("rar", "application/vnd.rar");
        Add("gif", "image/gif");
        Add("heic", "image/heic");
        Add("jpeg jpg", "image/jpeg");
        Add("png", "image/png");
        Add("svg", "image/svg+xml");
        Add("tif tiff", "image/tiff");
        Add("webp", "image/webp");
        Add("ico", "image/vnd.microsoft.icon");
        Add("bmp", "image/bmp");
        Add("avif", "image/avif");
        Add("apng", "image/apng");
        Add("amv", "video/x-amv");
        Add("asf wmv", "video/x-ms-asf");
        Add("avi", "video/x-msvideo");
        Add("f4v", "video/x-f4v");
        Add("flv", "video/x-flv");
        Add("mp4", "application/mp4");
        Add("m4v", "video/mp4");
        Add("webm", "video/webm");
        Add("mov qt", "video/quicktime");
        Add("mpeg", "video/mpeg");
        Add("ogv", "video/ogg");
        Add("3gp", "video/3gpp");
        Add("3g2", "video/3gpp2");
        Add("mkv gifv js ts tsx py dwg dxf dwf rvt rfa fbx 3dm step stp iges igs stl obj 3mf gltf glb dae usdz", null);
        return table;
    }
}
