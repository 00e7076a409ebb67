using Sluice.Errors;

namespace Sluice.Checkpoints;

/// <summary>
/// Holds a lease: renews it, says when somebody asks for it, and gives it up by its own monotonic clock before the store would
/// give it to another, so that a process that was stopped or cut off does not believe in a lease that is gone
/// (LeaseDeskTests, and the simulation's stop scenarios).
/// </summary>
internal sealed class LeaseKeeper : IAsyncDisposable
{
    private readonly ILeaseStore _leases;
    private readonly LeaseOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _keeping;
    private long _since;
    private Action? _whenOver;
    private Action? _whenAsked;
    private int _released;
    private bool _taken;

    private LeaseKeeper(ILeaseStore leases, Lease lease, TimeSpan? takenOver, LeaseOptions options, TimeProvider time, long since)
    {
        _leases = leases;
        _options = options;
        _time = time;
        _since = since;
        Lease = lease;
        TakenOver = takenOver;
        Lost = _lost.Token;
        _keeping = KeepAsync();
    }

    /// <summary>What fenced writes carry.</summary>
    public Lease Lease { get; }

    /// <inheritdoc cref="LeaseAnswer.TakenOver"/>
    public TimeSpan? TakenOver { get; }

    /// <summary>
    /// Whether <see cref="ReleaseAsync"/> tells the store. False while a call under this lease may be on its way: it then runs out by
    /// itself, and whoever has it next learns that it was taken over and waits for that call.
    /// </summary>
    public bool GivesBack { get; set; } = true;

    /// <summary>Cancelled when the lease is not ours any more, or cannot be known to be; never by <see cref="ReleaseAsync"/>.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Ends when somebody asks for the lease.</summary>
    public Task LetGoRequested => _letGo.Task;

    /// <summary>True while the last renewal is young enough; to be asked right before a call that must not be made by two.</summary>
    public bool IsHeld => !_lost.IsCancellationRequested && Volatile.Read(ref _released) == 0 && Left > TimeSpan.Zero;

    /// <summary>A third of the duration is left when the lease is given up: enough for what is under way to notice.</summary>
    private TimeSpan Left => (_options.Duration * 2 / 3) - _time.GetElapsedTime(Volatile.Read(ref _since));

    /// <summary>
    /// Asks for a lease until it is had or <paramref name="waitUpTo"/> is over, at least once; with <paramref name="askToLetGo"/> each
    /// holder met on the way is asked to let go.
    /// </summary>
    public static async Task<LeaseAttempt> AcquireAsync(
        ILeaseStore leases, string key, string holder, LeaseOptions options, string? address, TimeSpan waitUpTo, bool askToLetGo, TimeProvider time, CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        string? asked = null;
        while (true)
        {
            // Counted from before the question, because the store may have begun to count then.
            var since = time.GetTimestamp();
            var answer = await leases.AcquireAsync(key, holder, options.Duration, address, cancellationToken).ConfigureAwait(false);
            if (answer.Lease is { } lease)
            {
                return new(new(leases, lease, answer.TakenOver, options, time, since));
            }

            var left = waitUpTo - time.GetElapsedTime(begin);
            if (left <= TimeSpan.Zero)
            {
                return new(null, answer.HeldBy, answer.Remaining, answer.Address);
            }

            if (askToLetGo && asked != answer.HeldBy)
            {
                await leases.AskToLetGoAsync(key, cancellationToken).ConfigureAwait(false);
                asked = answer.HeldBy;
            }

            await Task.Delay(left < LeaseConstants.AskAgain ? WholeMilliseconds(left) : LeaseConstants.AskAgain, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Stops renewing and, where it <see cref="GivesBack"/>, gives the lease back for another to have at once. Safe to call more than once.</summary>
    public async ValueTask ReleaseAsync()
    {
        if (Interlocked.Exchange(ref _released, 1) != 0)
        {
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _keeping.ConfigureAwait(false);
        if (GivesBack && !Volatile.Read(ref _taken))
        {
            try
            {
                using var bound = new CancellationTokenSource(LeaseConstants.ReleaseWithin, _time);
                await _leases.ReleaseAsync(Lease, bound.Token).AsTask().WaitAsync(bound.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is StoreUnavailableException or SluiceException or OperationCanceledException)
            {
                // Nobody can be told; the lease runs out by itself, and a dead owner is known without it.
            }
        }

        _stop.Dispose();
        _whenOver?.Invoke();
    }

    public ValueTask DisposeAsync() => ReleaseAsync();

    /// <summary>Is called when somebody asks for the lease, at once where that was before; null: nobody has to be told any more.</summary>
    public void WhenAskedToLetGo(Action? action)
    {
        Volatile.Write(ref _whenAsked, action);
        if (_letGo.Task.IsCompleted)
        {
            action?.Invoke();
        }
    }

    /// <summary>Is called once, after <see cref="ReleaseAsync"/>.</summary>
    internal void WhenOver(Action action) => _whenOver = action;

    private async Task KeepAsync()
    {
        try
        {
            await RenewUntilOverAsync().ConfigureAwait(false);
        }
        finally
        {
            // However it ended, nobody renews any more. The source is never disposed: its token may be asked for at any time.
            if (!_stop.IsCancellationRequested)
            {
                await _lost.CancelAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task RenewUntilOverAsync()
    {
        var watch = WatchAsync();
        var answered = true;
        while (!_stop.IsCancellationRequested)
        {
            // 1. Until the next renewal, the next try, or a sign that somebody wants or has the lease.
            var wait = answered ? _options.Renew : LeaseConstants.RenewAgain;
            await PauseAsync(wait < Left ? wait : Left, watch).ConfigureAwait(false);

            // 2. Too long without an answer: another may have it by now.
            if (_stop.IsCancellationRequested || Left <= TimeSpan.Zero)
            {
                return;
            }

            // 3. Renewed, asked for, or gone.
            var since = _time.GetTimestamp();
            var renewal = await RenewAsync().ConfigureAwait(false);
            answered = renewal is not null;
            if (renewal == LeaseRenewal.Lost)
            {
                Volatile.Write(ref _taken, true);
                return;
            }

            if (answered)
            {
                Volatile.Write(ref _since, since);
            }

            if (renewal == LeaseRenewal.LetGo)
            {
                _letGo.TrySetResult();
                Volatile.Read(ref _whenAsked)?.Invoke();
            }

            watch = watch.IsCompleted ? Task.Delay(Timeout.InfiniteTimeSpan, _time, _stop.Token) : watch;
        }
    }

    /// <summary>Waits for the shorter of a time, a sign and the stop; none of them is an error here.</summary>
    private async Task PauseAsync(TimeSpan wait, Task sign)
    {
        if (wait > TimeSpan.Zero)
        {
            await sign.WaitAsync(WholeMilliseconds(wait), _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Asks for a renewal; null where the store gave no answer in time.</summary>
    private async Task<LeaseRenewal?> RenewAsync()
    {
        var left = Left;
        if (left <= TimeSpan.Zero)
        {
            return null;
        }

        try
        {
            return await _leases.RenewAsync(Lease, _options.Duration, _stop.Token).AsTask().WaitAsync(left, _time, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StoreUnavailableException or SluiceException or TimeoutException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Ends at a sign from the store; a store that cannot be watched is asked at renewals only.</summary>
    private async Task WatchAsync()
    {
        try
        {
            await _leases.WatchAsync(Lease, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StoreUnavailableException or SluiceException or OperationCanceledException)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Rounded up: a delay is cut to whole milliseconds, and one of none would not wait at all.</summary>
    private static TimeSpan WholeMilliseconds(TimeSpan wait) => TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
}
