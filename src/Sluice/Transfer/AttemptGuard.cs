namespace Sluice.Transfer;

/// <summary>
/// One call's token under a two-step stop: waiting is cut as soon as nothing new may begin, an attempt that is on its way
/// only when what is under way must end.
/// </summary>
internal sealed class AttemptGuard : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _registration;
    private bool _inAttempt;
    private bool _stopping;

    public AttemptGuard(CancellationToken begin, CancellationToken carryOn)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(carryOn);
        _registration = begin.UnsafeRegister(static guard => ((AttemptGuard)guard!).Stopping(), this);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>Runs one attempt unless nothing new may begin.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> attempt)
    {
        lock (_lock)
        {
            if (_stopping)
            {
                throw new OperationCanceledException(_source.Token);
            }

            _inAttempt = true;
        }

        try
        {
            return await attempt().ConfigureAwait(false);
        }
        finally
        {
            bool cut;
            lock (_lock)
            {
                _inAttempt = false;
                cut = _stopping;
            }

            if (cut)
            {
                // A success still comes out; a failure is not tried again.
                await _source.CancelAsync().ConfigureAwait(false);
            }
        }
    }

    public void Dispose()
    {
        _registration.Dispose();
        _source.Dispose();
    }

    private void Stopping()
    {
        lock (_lock)
        {
            _stopping = true;
            if (_inAttempt)
            {
                return;
            }
        }

        _source.Cancel();
    }
}
