using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sluice.Parts;

namespace Sluice.Notion;

/// <summary>Makes the JSON of each call that has a body.</summary>
internal static class NotionBodies
{
    /// <summary>Notion takes at most so many characters in one piece of text.</summary>
    private const int MaxText = 2000;

    private const int QueryPageSize = 100;

    public static byte[] Create(CreateFileUploadRequest request) =>
        request.Mode == PartMode.Multi
            ? Json(new NotionWire.Create("multi_part", request.FileName, request.ContentType, request.PartCount), NotionJson.Default.Create)
            : Json(new NotionWire.Create("single_part", request.FileName, request.ContentType, NumberOfParts: null), NotionJson.Default.Create);

    public static byte[] Append(AppendBlockRequest request)
    {
        var name = request.Kind == "file" ? request.Name : null; // a closed schema: the other kinds refuse a name
        var media = new NotionWire.Media("file_upload", new(request.FileUploadId), name, string.IsNullOrEmpty(request.Caption) ? null : Text(request.Caption));
        var block = request.Kind switch
        {
            "image" => new NotionWire.Block("image") { Image = media },
            "video" => new NotionWire.Block("video") { Video = media },
            "audio" => new NotionWire.Block("audio") { Audio = media },
            "pdf" => new NotionWire.Block("pdf") { Pdf = media },
            "file" => new NotionWire.Block("file") { File = media },
            _ => throw new ArgumentException($"'{request.Kind}' is no kind of media block.", nameof(request)),
        };
        return Json(new NotionWire.Append([block]), NotionJson.Default.Append);
    }

    /// <summary>The files of a property after the update: those kept, in their order, then the upload.</summary>
    public static byte[] UpdateFiles(UpdateFilesRequest request)
    {
        var files = new List<NotionWire.FileEntry>(request.Keep.Count + 1);
        foreach (var file in request.Keep)
        {
            files.Add(file.Kind switch
            {
                "external" => new(file.Name, "external") { External = new(file.Url) },
                "file" => new(file.Name, "file") { File = new(file.Url) },
                _ => throw new ArgumentException($"A file of the kind '{file.Kind}' cannot be kept.", nameof(request)),
            });
        }

        files.Add(Uploaded(request.FileUploadId, request.Name));
        return Json(
            new NotionWire.UpdatePage(new Dictionary<string, NotionWire.Property>(StringComparer.Ordinal) { [request.Property] = new() { Files = files } }),
            NotionJson.Default.UpdatePage);
    }

    public static byte[] CreateRow(CreateRowRequest request) => Json(
        new NotionWire.CreatePage(
            new("data_source_id", request.DataSourceId),
            new Dictionary<string, NotionWire.Property>(StringComparer.Ordinal)
            {
                [request.TitleProperty] = new() { Title = Text(request.Title) },
                [request.FilesProperty] = new() { Files = [Uploaded(request.FileUploadId, request.Name)] },
            }),
        NotionJson.Default.CreatePage);

    public static byte[] QueryByTitle(string titleProperty, string title) => Json(
        new NotionWire.Query(new(titleProperty, new(title)), [new("created_time", "descending")], QueryPageSize),
        NotionJson.Default.Query);

    private static NotionWire.FileEntry Uploaded(string id, string? name) => new(name, "file_upload") { FileUpload = new(id) };

    private static List<NotionWire.RichText> Text(string text)
    {
        var pieces = new List<NotionWire.RichText>();
        for (var at = 0; at < text.Length;)
        {
            var end = Math.Min(at + MaxText, text.Length);
            if (end < text.Length && char.IsHighSurrogate(text[end - 1]))
            {
                end--; // a character of two units stays whole
            }

            pieces.Add(new("text", new(text[at..end])));
            at = end;
        }

        return pieces;
    }

    private static byte[] Json<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(value, type);
}
