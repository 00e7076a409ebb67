using Sluice.Pacing;
using Xunit;

namespace Sluice.Tests.Pacing;

/// <summary>Whose turn it is among those that wait for a request.</summary>
public sealed class RequestLinesTests
{
    private readonly RequestLines _lines = new();
    private readonly Dictionary<TaskCompletionSource<long>, string> _names = [];

    [Fact]
    public void Control_calls_go_first_and_parts_and_new_uploads_take_turns()
    {
        Add(RequestLine.Create, "c1", "c2", "c3", "c4");
        Add(RequestLine.Part, "p1", "p2");
        Add(RequestLine.Control, "x");
        Assert.Equal(["x", "p1", "c1", "p2", "c2", "c3", "c4"], Served(7, partsMayGo: true));
        Assert.Null(_lines.First(partsMayGo: true));
        Assert.Equal(0, _lines.Count);
    }

    [Fact]
    public void A_part_that_comes_late_waits_for_one_new_upload_at_most()
    {
        Add(RequestLine.Create, "c1", "c2", "c3");
        Assert.Equal(["c1"], Served(1, partsMayGo: true));
        Add(RequestLine.Part, "p1");
        Assert.Equal(["p1", "c2", "c3"], Served(3, partsMayGo: true));
    }

    [Fact]
    public void While_the_reserve_is_kept_from_parts_new_uploads_do_not_wait_for_them()
    {
        Add(RequestLine.Part, "p1");
        Add(RequestLine.Create, "c1");
        Assert.Equal(["c1"], Served(1, partsMayGo: false));
        Assert.Null(_lines.First(partsMayGo: false));
        Assert.Equal(["p1"], Served(1, partsMayGo: true));
    }

    private void Add(RequestLine line, params string[] names)
    {
        foreach (var name in names)
        {
            _names[_lines.Add(line).Value] = name;
        }
    }

    private string[] Served(int count, bool partsMayGo) =>
    [
        .. Enumerable.Range(0, count).Select(_ =>
        {
            var place = _lines.First(partsMayGo)!;
            _lines.Serve(place);
            return _names[place.Value];
        }),
    ];
}
