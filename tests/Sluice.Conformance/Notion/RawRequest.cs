using System.Globalization;

namespace Sluice.Conformance.Notion;

internal sealed record RawRequest(string Line, IReadOnlyDictionary<string, string> Headers)
{
    public byte[] Body { get; set; } = [];

    public int Length => Headers.TryGetValue("Content-Length", out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : 0;
}
