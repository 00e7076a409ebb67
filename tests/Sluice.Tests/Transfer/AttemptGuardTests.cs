using Sluice.Transfer;
using Xunit;

namespace Sluice.Tests.Transfer;

public sealed class AttemptGuardTests : IDisposable
{
    private readonly CancellationTokenSource _begin = new();
    private readonly CancellationTokenSource _carryOn = new();

    public void Dispose()
    {
        _begin.Dispose();
        _carryOn.Dispose();
    }

    [Fact]
    public async Task Waiting_is_cut_as_soon_as_nothing_new_may_begin()
    {
        using var guard = new AttemptGuard(_begin.Token, _carryOn.Token);
        Assert.Equal(1, await guard.RunAsync(static () => Task.FromResult(1)));
        Assert.False(guard.Token.IsCancellationRequested);
        await _begin.CancelAsync();
        Assert.True(guard.Token.IsCancellationRequested);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => guard.RunAsync(static () => Task.FromResult(2)));
    }

    [Fact]
    public async Task An_attempt_under_way_goes_on_and_its_success_comes_out()
    {
        using var guard = new AttemptGuard(_begin.Token, _carryOn.Token);
        var answer = new TaskCompletionSource<int>();
        var running = guard.RunAsync(() => answer.Task);
        await _begin.CancelAsync();
        Assert.False(guard.Token.IsCancellationRequested);
        answer.SetResult(7);
        Assert.Equal(7, await running);

        // There is no attempt after it.
        Assert.True(guard.Token.IsCancellationRequested);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => guard.RunAsync(static () => Task.FromResult(2)));
    }

    [Fact]
    public async Task An_attempt_under_way_is_cut_when_what_is_under_way_must_end()
    {
        using var guard = new AttemptGuard(_begin.Token, _carryOn.Token);
        var running = guard.RunAsync(() => new TaskCompletionSource<int>().Task.WaitAsync(guard.Token));
        await _begin.CancelAsync();
        Assert.False(running.IsCompleted);
        await _carryOn.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public void One_made_after_the_stop_is_cut_at_once()
    {
        _begin.Cancel();
        using var guard = new AttemptGuard(_begin.Token, _carryOn.Token);
        Assert.True(guard.Token.IsCancellationRequested);
    }

    [Fact]
    public async Task What_an_attempt_throws_comes_out_and_the_next_one_may_run()
    {
        using var guard = new AttemptGuard(_begin.Token, _carryOn.Token);
        await Assert.ThrowsAsync<InvalidOperationException>(() => guard.RunAsync<int>(static () => throw new InvalidOperationException()));
        Assert.Equal(1, await guard.RunAsync(static () => Task.FromResult(1)));
    }
}
