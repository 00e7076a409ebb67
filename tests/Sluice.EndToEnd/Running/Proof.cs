using System.Text.Json;

namespace Sluice.EndToEnd.Running;

/// <summary>What has to be true of a file that arrived.</summary>
internal static class Proof
{
    /// <summary>The result says done, digest and length are the file's, Notion has the same, and it is attached once.</summary>
    public static async Task ArrivedAsync(Place place, string path, JsonElement result, string? name = null)
    {
        var digest = Place.Sha256(path);
        Assert.Equal("done", result.GetProperty("status").GetString());
        Assert.Equal(digest, result.GetProperty("sha256").GetString());
        Assert.Equal(new FileInfo(path).Length, result.GetProperty("bytes").GetInt64());
        var upload = await place.Notion.UploadAsync(result.GetProperty("file_upload_id").GetString()!);
        Assert.Equal("uploaded", upload.GetProperty("status").GetString());
        Assert.Equal(digest, upload.GetProperty("sha256").GetString());
        Assert.Single(upload.GetProperty("attachments").EnumerateArray());
        Assert.Single(await place.Notion.AttachmentsAsync(name ?? Path.GetFileName(path)));
    }
}
