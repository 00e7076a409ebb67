namespace Sluice.Simulator.State;

/// <summary>What runs: requests, and work beside them. A stop waits for it before it takes its files away.</summary>
internal sealed class RunningWork
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;

    /// <summary>Starts work beside the requests.</summary>
    public void Start(Func<Task> work)
    {
        Begin();
        _ = Task.Run(() => EndAfterAsync(work));
    }

    /// <summary>Does a request's work.</summary>
    public Task RunAsync(Func<Task> work)
    {
        Begin();
        return EndAfterAsync(work);
    }

    /// <summary>Waits until nothing runs.</summary>
    /// <exception cref="TimeoutException">Something still does.</exception>
    public async Task WhenIdleAsync(TimeSpan patience, TimeProvider time)
    {
        Task idle;
        lock (_lock)
        {
            idle = _count == 0 ? Task.CompletedTask : _idle.Task;
        }

        await idle.WaitAsync(patience, time);
    }

    private void Begin()
    {
        lock (_lock)
        {
            _count++;
        }
    }

    private async Task EndAfterAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        finally
        {
            lock (_lock)
            {
                if (--_count == 0)
                {
                    _idle.TrySetResult();
                    _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
                }
            }
        }
    }
}
