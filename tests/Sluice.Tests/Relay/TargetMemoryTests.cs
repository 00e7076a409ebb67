using Microsoft.Extensions.Time.Testing;
using Sluice.Checkpoints;
using Sluice.Notion;
using Sluice.Relay;
using Sluice.Transfer;
using Xunit;

namespace Sluice.Tests.Relay;

/// <summary>A thousand uploads to one page ask for it once.</summary>
public sealed class TargetMemoryTests
{
    private static readonly UploadTarget Page = new(TargetKind.Page, "00000000-0000-4000-8000-000000000001");

    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource<(ResolvedTarget? Target, NotionFailure? Failure)> _answer = new();
    private int _asked;

    [Fact]
    public async Task While_one_asks_the_others_wait_for_what_it_hears()
    {
        var memory = new TargetMemory(_time);
        var all = Enumerable.Range(0, 1000).Select(_ => memory.ResolveAsync(Page, AskAsync)).ToArray();
        Assert.Equal(1, _asked);
        var target = new ResolvedTarget(AttachKind.Block, Page.Id!, null);
        _answer.SetResult((target, null));
        Assert.All(await Task.WhenAll(all), r => Assert.Equal(target, r.Target));
        Assert.Equal(target, (await memory.ResolveAsync(Page, AskAsync)).Target);
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task Where_the_one_was_stopped_the_others_ask_for_themselves()
    {
        var memory = new TargetMemory(_time);
        var first = memory.ResolveAsync(Page, AskAsync);
        var second = memory.ResolveAsync(Page, _ => Task.FromResult<(ResolvedTarget?, NotionFailure?)>((null, null)));
        _answer.SetCanceled(TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal((null, null), await second);
    }

    [Fact]
    public async Task Nobody_waits_long_for_another()
    {
        var memory = new TargetMemory(_time);
        _ = memory.ResolveAsync(Page, AskAsync);
        var second = memory.ResolveAsync(Page, _ => Task.FromResult<(ResolvedTarget?, NotionFailure?)>((null, null)));
        Assert.False(second.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(21));
        Assert.Equal((null, null), await second);
    }

    private Task<(ResolvedTarget? Target, NotionFailure? Failure)> AskAsync(UploadTarget target)
    {
        _asked++;
        return _answer.Task;
    }
}
