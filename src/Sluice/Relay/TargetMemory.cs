using Sluice.Checkpoints;
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

    private readonly Lock _lock = new();
    private readonly Dictionary<UploadTarget, (ResolvedTarget Target, long At)> _known = [];

    /// <summary>Asks Notion unless the answer is known.</summary>
    public async Task<(ResolvedTarget? Target, NotionFailure? Failure)> ResolveAsync(UploadTarget target, Func<UploadTarget, Task<(ResolvedTarget? Target, NotionFailure? Failure)>> ask)
    {
        lock (_lock)
        {
            if (_known.TryGetValue(target, out var found) && time.GetElapsedTime(found.At) < Fresh)
            {
                return (found.Target, null);
            }
        }

        var answer = await ask(target).ConfigureAwait(false);
        if (answer.Target is { } resolved)
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

        return answer;
    }
}
