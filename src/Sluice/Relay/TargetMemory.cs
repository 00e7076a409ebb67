using Sluice.Checkpoints;
using Sluice.Errors;
using Sluice.Notion;
using Sluice.Transfer;

namespace Sluice.Relay;

/// <summary>
/// What Notion said about targets a short while ago: a thousand small uploads to one page ask once, not a thousand times. What
/// is remembered can be wrong by then (a page no longer shared); the attach itself tells that.
/// </summary>
internal sealed class TargetMemory(TimeProvider time)
{
    private const int Most = 1000;

    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    /// <summary>For the answer that another one asks for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Lock _lock = new();
    private readonly Dictionary<UploadTarget, (ResolvedTarget Target, long At)> _known = [];
    private readonly Dictionary<UploadTarget, Task<(ResolvedTarget? Target, NotionFailure? Failure)>> _asked = [];

    /// <summary>Asks Notion unless the answer is known; while one asks, the others wait for what it hears, good or bad.</summary>
    public async Task<(ResolvedTarget? Target, NotionFailure? Failure)> ResolveAsync(UploadTarget target, Func<UploadTarget, Task<(ResolvedTarget? Target, NotionFailure? Failure)>> ask)
    {
        Task<(ResolvedTarget? Target, NotionFailure? Failure)>? other;
        var mine = new TaskCompletionSource<(ResolvedTarget? Target, NotionFailure? Failure)>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_known.TryGetValue(target, out var found) && time.GetElapsedTime(found.At) < Fresh)
            {
                return (found.Target, null);
            }

            if (!_asked.TryGetValue(target, out other))
            {
                _asked[target] = mine.Task;
            }
        }

        if (other is null)
        {
            return await AskAsync(target, ask, mine).ConfigureAwait(false);
        }

        try
        {
            return await other.WaitAsync(Patience, time, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException or SluiceException)
        {
            // The other one was stopped, or hears nothing for long.
            return await ask(target).ConfigureAwait(false);
        }
    }

    private async Task<(ResolvedTarget? Target, NotionFailure? Failure)> AskAsync(
        UploadTarget target, Func<UploadTarget, Task<(ResolvedTarget? Target, NotionFailure? Failure)>> ask, TaskCompletionSource<(ResolvedTarget? Target, NotionFailure? Failure)> mine)
    {
        try
        {
            var answer = await ask(target).ConfigureAwait(false);
            if (answer.Target is { } resolved)
            {
                Remember(target, resolved);
            }

            mine.SetResult(answer);
            return answer;
        }
        finally
        {
            lock (_lock)
            {
                _asked.Remove(target);
            }

            mine.TrySetCanceled(CancellationToken.None);
        }
    }

    private void Remember(UploadTarget target, ResolvedTarget resolved)
    {
        lock (_lock)
        {
            if (_known.Count >= Most)
            {
                _known.Clear();
            }

            _known[target] = (resolved, time.GetTimestamp());
        }
    }
}
