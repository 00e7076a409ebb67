using System.Collections.Frozen;

namespace Sluice.Simulator.Uploads;

/// <summary>The extensions and media types that Notion takes; source: docs/notion.md, types. Of its own, so that a mistake in the client's table shows.</summary>
internal static class TypeTable
{
    private const string Word = "application/vnd.openxmlformats-officedocument.wordprocessingml.";
    private const string Excel = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
    private const string PowerPoint = "application/vnd.openxmlformats-officedocument.presentationml.";

    /// <summary>Extensions of the newest rows, whose types nobody has written down: any type that the table does not have goes with them.</summary>
    private static readonly FrozenSet<string> Free =
        Set("js ts tsx py dwg dxf dwf rvt rfa fbx 3dm step stp iges igs stl obj 3mf gltf glb dae usdz");

    private static readonly FrozenSet<string> Of2025 = Set(
        "aac adts mid midi mp3 mpga m4a m4b mp4 oga ogg wav wma pdf txt json doc dot docx dotx xls xlt xla xlsx xltx ppt pot pps ppa pptx potx "
        + "gif heic jpeg jpg png svg tif tiff webp ico amv asf wmv avi f4v flv gifv m4v mkv webm mov qt mpeg");

    private static readonly FrozenDictionary<string, string?> ByExtension = Build().ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Types that go with an extension beside the one that is inferred from it.</summary>
    private static readonly FrozenDictionary<string, string[]> Also = new Dictionary<string, string[]>(StringComparer.OrdinalIgnoreCase)
    {
        ["mp4"] = ["video/mp4", "audio/mp4"],
        ["xml"] = ["text/xml"],
        ["dotx"] = [Word + "document"],
        ["xltx"] = [Excel + "sheet"],
        ["potx"] = [PowerPoint + "presentation"],
        ["webm"] = ["audio/webm"],
        ["ogg"] = ["video/ogg"],
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Types = ByExtension.Values.OfType<string>().Concat(Also.Values.SelectMany(t => t)).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static bool KnowsExtension(string fileName, bool old) =>
        ByExtension.ContainsKey(Extension(fileName)) && (!old || Of2025.Contains(Extension(fileName)));

    public static bool KnowsType(string type, bool old) =>
        Types.Contains(Bare(type)) && (!old || Of2025.Any(e => Goes(e, Bare(type))));

    /// <summary>Whether a type goes with a name's extension.</summary>
    public static bool Agrees(string fileName, string type) =>
        Free.Contains(Extension(fileName)) ? !Types.Contains(Bare(type)) && !IsUnknown(type) : Goes(Extension(fileName), Bare(type));

    /// <summary>Whether the extension leaves the type open.</summary>
    public static bool IsFree(string fileName) => Free.Contains(Extension(fileName));

    /// <summary>The type that says nothing.</summary>
    public static bool IsUnknown(string type) => Bare(type).Equals("application/octet-stream", StringComparison.OrdinalIgnoreCase);

    /// <summary>What Notion makes of a name without a type.</summary>
    public static string? Infer(string fileName) => ByExtension.GetValueOrDefault(Extension(fileName));

    /// <summary>The extension that a name without one gets, with its dot.</summary>
    public static string ExtensionFor(string type) => Bare(type).ToLowerInvariant() switch
    {
        "video/mp4" or "audio/mp4" => ".mp4",
        "text/xml" => ".xml",
        var bare => "." + ByExtension.Where(pair => bare.Equals(pair.Value, StringComparison.OrdinalIgnoreCase)).Select(pair => pair.Key).Order(StringComparer.Ordinal).First(),
    };

    /// <summary>A type without its parameters.</summary>
    public static string Bare(string type) => type.Split(';')[0].Trim();

    /// <summary>image, video, audio, pdf, or productivity, as Notion calls the rest.</summary>
    public static string Category(string? type, string? fileName)
    {
        type = type is null ? fileName is null ? null : Infer(fileName) : Bare(type);
        return type is null ? "productivity"
            : type.StartsWith("image/", StringComparison.OrdinalIgnoreCase) ? "image"
            : type.StartsWith("video/", StringComparison.OrdinalIgnoreCase) || type.Equals("application/mp4", StringComparison.OrdinalIgnoreCase) ? "video"
            : type.StartsWith("audio/", StringComparison.OrdinalIgnoreCase) ? "audio"
            : type.Equals("application/pdf", StringComparison.OrdinalIgnoreCase) ? "pdf"
            : "productivity";
    }

    private static bool Goes(string extension, string type) =>
        (ByExtension.GetValueOrDefault(extension)?.Equals(type, StringComparison.OrdinalIgnoreCase) ?? false)
        || (Also.TryGetValue(extension, out var others) && others.Contains(type, StringComparer.OrdinalIgnoreCase));

    private static string Extension(string name)
    {
        var dot = name.LastIndexOf('.');
        return dot < 0 ? "" : name[(dot + 1)..];
    }

    private static FrozenSet<string> Set(string extensions) => extensions.Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);

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
        Add("docx", Word + "document");
        Add("dotx", Word + "template");
        Add("xls xlt xla", "application/vnd.ms-excel");
        Add("xlsx", Excel + "sheet");
        Add("xltx", Excel + "template");
        Add("ppt pot pps ppa", "application/vnd.ms-powerpoint");
        Add("pptx", PowerPoint + "presentation");
        Add("potx", PowerPoint + "template");
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
