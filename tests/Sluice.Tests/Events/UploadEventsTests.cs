using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Sluice.Checkpoints;
using Sluice.Errors;
using Sluice.Events;
using Sluice.Relay;
using Xunit;

namespace Sluice.Tests.Events;

public sealed class UploadEventsTests
{
    private static readonly FakeTimeProvider Time = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(nameof(UploadState.Done), "upload.done", "u-done")]
    [InlineData(nameof(UploadState.Failed), "upload.failed", "u-failed")]
    [InlineData(nameof(UploadState.Cancelled), null, null)]
    [InlineData(nameof(UploadState.Interrupted), null, null)]
    [InlineData(nameof(UploadState.Transferring), null, null)]
    public void Ends_for_good_are_told_with_an_id_of_their_own(string state, string? type, string? id)
    {
        var told = UploadEvents.Ended(Record(Enum.Parse<UploadState>(state)), Time);
        Assert.Equal((type, id), (told?.Type, told?.Id));
        Assert.DoesNotContain('.', told?.Id ?? "");
    }

    [Fact]
    public void Being_attached_later_is_another_event() =>
        Assert.Equal("u-attached", UploadEvents.Ended(Record(UploadState.Done) with { Attached = new AttachResult("p", "b", "https://notion.so/p") }, Time)!.Id);

    [Theory]
    [InlineData(nameof(UploadState.Waiting), true)]
    [InlineData(nameof(UploadState.Staged), true)]
    [InlineData(nameof(UploadState.Interrupted), true)]
    [InlineData(nameof(UploadState.Finishing), true)]
    [InlineData(nameof(UploadState.Done), false)]
    [InlineData(nameof(UploadState.Failed), false)]
    [InlineData(nameof(UploadState.Cancelled), false)]
    public void Only_what_had_no_end_expires(string state, bool told) =>
        Assert.Equal(told ? "upload.expired" : null, UploadEvents.Expired(Record(Enum.Parse<UploadState>(state)), Time)?.Type);

    [Fact]
    public void Uploads_of_a_command_are_not_told()
    {
        var local = Record(UploadState.Done) with { Source = new SourceIdentity("file", "/a", 1, null, null) };
        Assert.Null(UploadEvents.Ended(local, Time));
        Assert.Null(UploadEvents.Expired(local with { State = UploadState.Interrupted }, Time));
    }

    [Fact]
    public void The_body_says_what_happened()
    {
        var record = Record(UploadState.Failed) with { Error = new SluiceError(ErrorCodes.SourceChanged, "It \"changed\".") };
        using var json = JsonDocument.Parse(UploadEvents.Ended(record, Time)!.Payload);
        Assert.Equal("upload.failed", json.RootElement.GetProperty("type").GetString());
        Assert.Equal(Time.GetUtcNow(), json.RootElement.GetProperty("timestamp").GetDateTimeOffset());
        var data = json.RootElement.GetProperty("data");
        Assert.Equal(("u", "o", 5), (data.GetProperty("id").GetString(), data.GetProperty("owner").GetString(), data.GetProperty("length").GetInt32()));
        Assert.Equal(("source_changed", "It \"changed\"."), (data.GetProperty("error").GetProperty("code").GetString(), data.GetProperty("error").GetProperty("message").GetString()));
        Assert.Equal(JsonValueKind.Null, data.GetProperty("attached").GetProperty("page_id").ValueKind);
    }

    private static UploadRecord Record(UploadState state) => new()
    {
        Id = "u",
        Owner = "o",
        Name = "a.txt",
        Length = 5,
        State = state,
        ConnectionId = "c",
        Target = UploadTarget.None,
        Source = new SourceIdentity(RelayRecords.Kind, null, 5, null, null),
        Created = Time.GetUtcNow(),
        Updated = Time.GetUtcNow(),
    };
}
