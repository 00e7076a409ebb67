using System.Text;
using Sluice.AspNetCore.Api;
using Sluice.Checkpoints;
using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Parts;
using Xunit;

namespace Sluice.Tests.Api;

public sealed class UploadJsonTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Every_field_is_there_null_where_unknown()
    {
        var view = UploadView.Of(Record(UploadState.Waiting), 0, Noon.AddHours(24), Noon) with { Wait = WaitReason.NotBefore };
        Assert.Equal(
            """{"id":"0123456789abcdef0123456789abcdef","name":"a.zip","content_type":null,"length":1000,"offset":0,"state":"waiting","deadline":null,"needed_bytes_per_second":1,"parts":{"total":0,"acknowledged":0},"file_upload_id":null,"sha256":null,"target":"none","attached":null,"expires":"2026-11-25T12:00:00+00:00","wait":"not-before","error":null,"created":"2026-11-24T12:00:00+00:00","updated":"2026-11-24T12:00:00+00:00"}""",
            Text(view));
    }

    [Fact]
    public void An_open_upload_says_how_fast_the_rest_has_to_come()
    {
        var record = Record(UploadState.Transferring) with { Length = 1_000_000, Generation = Generation() };
        var view = UploadView.Of(record, 100_000, null, Noon.AddMinutes(9));
        Assert.Equal((Noon.AddMinutes(59), 300L), (view.Deadline, view.NeededBytesPerSecond));
        Assert.Null(UploadView.Of(record, 999_999, null, Noon).NeededBytesPerSecond);
    }

    [Theory]
    [InlineData(nameof(UploadState.Waiting), 2L)]
    [InlineData(nameof(UploadState.Transferring), 2L)]
    [InlineData(nameof(UploadState.Interrupted), 2L)]
    [InlineData(nameof(UploadState.Staged), null)]
    [InlineData(nameof(UploadState.Failed), null)]
    public void Before_the_hour_it_is_what_all_of_it_would_need(string state, long? rate) =>
        Assert.Equal(rate, UploadView.Of(Record(Enum.Parse<UploadState>(state)) with { Length = 6000 }, 0, null, Noon).NeededBytesPerSecond);

    [Fact]
    public void A_done_file_that_is_attached_nowhere_expires_when_notion_drops_it()
    {
        var record = Record(UploadState.Done) with { Generation = Generation() };
        Assert.Equal(Noon.AddMinutes(60), UploadView.Of(record, 1000, Noon.AddHours(24), Noon).Expires);
        var attached = record with { Attached = new AttachResult("p", null, "https://notion.example/p") };
        Assert.Equal(Noon.AddHours(24), UploadView.Of(attached, 1000, Noon.AddHours(24), Noon).Expires);
        Assert.Contains("\"attached\":{\"page_id\":\"p\",\"block_id\":null,\"url\":\"https://notion.example/p\"}", Text(UploadView.Of(attached, 1000, null, Noon)), StringComparison.Ordinal);
    }

    [Fact]
    public void States_are_those_of_the_interface() =>
        Assert.Equal(["waiting", "staged", "transferring", "finishing", "done", "interrupted", "failed", "expired", "cancelled"], Enum.GetValues<UploadState>().Select(UploadView.StateName));

    /// <summary>Every error is told with the table's status, and what ended an upload for good never with one that clients try again.</summary>
    [Fact]
    public void Refusals_follow_the_table()
    {
        foreach (var code in ErrorCodes.All)
        {
            Assert.Equal(code.HttpStatus, Refusal.Of(code, "x").Status);
            var final = Refusal.Final(new SluiceError(code, "x")).Status;
            Assert.InRange(final, 400, 499);
            Assert.DoesNotContain(final, new[] { 401, 403, 404, 408, 409, 423, 429 });
        }
    }

    [Fact]
    public void A_problem_holds_text_of_any_kind() =>
        Assert.Contains("\\u003C", Encoding.UTF8.GetString(Problem.Body(Refusal.BadRequest("<b>\"\r\n\u2028"))), StringComparison.Ordinal);

    private static GenerationRecord Generation() => new(1, "f", new PartPlan(1000, 5 << 20, PartMode.Single), Noon, null);

    private static UploadRecord Record(UploadState state) => new()
    {
        Id = "0123456789abcdef0123456789abcdef",
        Owner = "alice",
        Name = "a.zip",
        Length = 1000,
        State = state,
        ConnectionId = "c",
        Target = UploadTarget.None,
        Created = Noon,
        Updated = Noon,
    };

    private static string Text(UploadView view) => Encoding.UTF8.GetString(JsonAnswer.Bytes(json => UploadJson.Write(json, view)));
}
