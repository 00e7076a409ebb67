using Sluice.Checkpoints;
using Sluice.Errors;

namespace Sluice.Pacing;

/// <summary>The store's side of a connection's request budget: how large it is, what is granted, and what all processes learned about it.</summary>
internal sealed class SharedBudget(PacingOptions options, IConnectionStore store, string connectionId, string holder, TimeSpan window, NotBefore notBefore, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly LearnedRate _rate = new(window, time);

    /// <summary>Requests in a window; null: no limit.</summary>
    public int? PerWindow => options.RequestsPerMinute switch { < 0 => null, 0 => _rate.PerMinute, var set => set };

    private bool Learns => options.RequestsPerMinute == 0;

    /// <summary>One round to the store; null where it could not be asked.</summary>
    /// <param name="want">Grants wanted; 0: only to tell and to hear.</param>
    /// <param name="ages">How long ago grants were used.</param>
    /// <param name="returned">Grants that will not be used.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    public async Task<PaceAnswer?> AskAsync(int want, IReadOnlyList<TimeSpan> ages, int returned, CancellationToken cancellationToken)
    {
        PaceAnswer answer;
        try
        {
            var request = new PaceRequest(connectionId, holder, want, PerWindow ?? int.MaxValue, window, HeldGrants.Life, ages, returned);
            answer = await store.LeasePaceAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StoreUnavailableException or SluiceException or OperationCanceledException)
        {
            return null;
        }

        if (answer.NotBeforeIn > TimeSpan.Zero)
        {
            notBefore.Hear(answer.NotBeforeIn);
        }

        if (Learns)
        {
            lock (_lock)
            {
                _rate.Heard(answer.SavedRate, answer.UsedInWindow);
                if (want > 0 && answer.Granted == 0)
                {
                    _rate.Spent();
                }
            }
        }

        return answer;
    }

    /// <summary>Notion asked to wait: the window before and after teaches nothing about a larger number.</summary>
    public void Disturbed()
    {
        lock (_lock)
        {
            _rate.Disturbed();
        }
    }

    /// <summary>A request was refused after all processes asked for so many in the window (null: not known): learns from it and remembers it for all.</summary>
    public async ValueTask RefusedAsync(int? used, CancellationToken cancellationToken)
    {
        if (!Learns)
        {
            return;
        }

        int rate;
        lock (_lock)
        {
            rate = _rate.Refused(used);
        }

        try
        {
            await store.SaveRateAsync(connectionId, rate, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StoreUnavailableException or SluiceException or OperationCanceledException)
        {
            // Remembering is a comfort for the next process.
        }
    }
}
