using Sluice.Notion;
using Sluice.Resilience;
using Xunit;

namespace Sluice.Tests.Resilience;

public sealed class BreakerVerdictTests
{
    [Fact]
    public void Create_send_complete_and_attach_count_and_nothing_else()
    {
        NotionEndpoint[] counting =
        [
            NotionEndpoint.Create, NotionEndpoint.Send, NotionEndpoint.Complete, NotionEndpoint.AppendChildren, NotionEndpoint.UpdatePage, NotionEndpoint.CreatePage,
        ];
        Assert.All(Enum.GetValues<NotionEndpoint>(), e => Assert.Equal(counting.Contains(e), BreakerVerdict.Counts(e)));
    }

    // class, status -> says that Notion is ill, answers a probe
    [Theory]
    [InlineData((int)FailureClass.Transient, 504, true, false)]
    [InlineData((int)FailureClass.Transient, 409, true, false)]
    [InlineData((int)FailureClass.Transient, null, true, false)]
    [InlineData((int)FailureClass.Unknown, null, true, false)]
    [InlineData((int)FailureClass.Ambiguous, 503, true, false)]
    [InlineData((int)FailureClass.Ambiguous, 529, false, false)]
    [InlineData((int)FailureClass.ToldToWait, 429, false, true)]
    [InlineData((int)FailureClass.ToldToWait, 529, false, true)]
    [InlineData((int)FailureClass.Forgotten, 404, false, true)]
    [InlineData((int)FailureClass.Gap, 400, false, true)]
    [InlineData((int)FailureClass.Permanent, 400, false, true)]
    [InlineData((int)FailureClass.Credentials, 401, false, false)]
    [InlineData((int)FailureClass.Ignored, null, false, false)]
    public void What_a_failure_says(int kind, int? status, bool ill, bool answers)
    {
        var failure = Answer.Failure((FailureClass)kind, status);
        Assert.Equal((ill, answers), (BreakerVerdict.IsIll(failure), BreakerVerdict.Answers(Answer.Of((FailureClass)kind, status))));
    }

    [Fact]
    public void An_upload_that_is_not_pending_is_no_illness() =>
        Assert.False(BreakerVerdict.IsIll(Answer.Failure(FailureClass.Ambiguous, 400) with { UploadNotPending = true }));

    [Fact]
    public void A_success_answers() => Assert.True(BreakerVerdict.Answers(Answer.Ok));
}
