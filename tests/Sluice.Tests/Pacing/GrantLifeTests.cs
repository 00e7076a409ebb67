using Microsoft.Extensions.Time.Testing;
using Sluice.Checkpoints.InMemory;
using Sluice.Pacing;
using Xunit;

namespace Sluice.Tests.Pacing;

/// <summary>A grant lives as long as the store counts it, however late its answer is heard.</summary>
public sealed class GrantLifeTests
{
    [Theory]
    [InlineData(9, 1)]
    [InlineData(11, 2)]
    public async Task A_grant_whose_answer_came_after_its_life_is_not_used(int lateSeconds, int asked)
    {
        var time = new FakeTimeProvider();
        var questions = 0;
        var faults = new StoreFaults
        {
            DelayBefore = _ =>
            {
                questions++;
                return TimeSpan.Zero;
            },
            DelayAfter = _ => questions == 1 ? TimeSpan.FromSeconds(lateSeconds) : TimeSpan.Zero,
        };
        await using var store = new InMemoryCheckpointStore(time).Connect(faults);
        var budget = new RequestBudget(new PacingOptions { RequestsPerMinute = 60 }, store.Connections, "a", "one", TimeSpan.FromSeconds(60.5), new NotBefore(time), time);

        var taken = budget.TakeAsync(RequestLine.Part, TestContext.Current.CancellationToken).AsTask();
        time.Advance(TimeSpan.FromSeconds(lateSeconds));
        await taken;

        Assert.Equal(asked, questions);
    }
}
