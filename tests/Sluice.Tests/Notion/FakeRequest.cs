using System.Text;

namespace Sluice.Tests.Notion;

internal sealed record FakeRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, Version Version)
{
    public string? ContentType { get; set; }

    public long? ContentLength { get; set; }

    public byte[] Body { get; set; } = [];

    public string Text => Encoding.UTF8.GetString(Body);
}
