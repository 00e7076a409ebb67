using Sluice.Notion;

namespace Sluice.Transfer;

/// <summary>
/// The creation gate of one connection: knows what every made upload still has to do, and lets the next one be made only
/// when all of them still fit in their hours (<see cref="CreationGate"/>). Waiters are let in one at a time, in order.
/// </summary>
internal sealed class GateKeeper(NotionLimits limits, TimeProvider time, Func<double> requestsPerSecond, Func<double?> bytesPerSecond)
{
    /// <summary>Rates drift without an event, so a waiter looks again at least this often.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly List<Pass> _made = [];
    private readonly Queue<object> _line = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>False where the upload cannot pass even alone.</summary>
    public bool CanEverPass(long requests, long bytes) =>
        CreationGate.Alone(new(requests, bytes, limits.Planning), requestsPerSecond(), bytesPerSecond());

    /// <summary>Waits for its turn; <paramref name="waiting"/> is called once if there is a wait. Dispose the pass when the upload ended.</summary>
    public async Task<Pass> EnterAsync(long requests, long bytes, Action waiting, CancellationToken cancellationToken)
    {
        var place = new object();
        lock (_lock)
        {
            _line.Enqueue(place);
        }

        try
        {
            var told = false;
            while (true)
            {
                Task changed;
                lock (_lock)
                {
                    if (TryEnterUnderLock(place, requests, bytes) is { } pass)
                    {
                        return pass;
                    }

                    changed = _changed.Task;
                }

                if (!told)
                {
                    told = true;
                    waiting();
                }

                await WaitForChangeAsync(changed, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            Leave(place);
        }
    }

    /// <summary>An upload made earlier (by a process that went on with it) takes its place without asking.</summary>
    public Pass Admit(long requests, long bytes, TimeSpan until)
    {
        lock (_lock)
        {
            var pass = new Pass(this, requests, bytes, time.GetTimestamp() + Ticks(until));
            _made.Add(pass);
            return pass;
        }
    }

    private Pass? TryEnterUnderLock(object place, long requests, long bytes)
    {
        if (!ReferenceEquals(_line.Peek(), place))
        {
            return null;
        }

        // Whose time is over only settles what is left, and holds nobody up. With nothing else made it is let in whatever the rates say: they may be wrong, and waiting could not help it.
        var fits = _made.Count == 0 || CreationGate.Fits(
            _made.Select(p => p.Work(time)).Where(static w => w.Until > TimeSpan.Zero), new(requests, bytes, limits.Planning), requestsPerSecond(), bytesPerSecond());
        if (!fits)
        {
            return null;
        }

        var pass = new Pass(this, requests, bytes, time.GetTimestamp() + Ticks(limits.Planning));
        _made.Add(pass);
        return pass;
    }

    private void Leave(object place)
    {
        lock (_lock)
        {
            if (_line.Count > 0 && ReferenceEquals(_line.Peek(), place))
            {
                _line.Dequeue();
            }
            else
            {
                // Cancelled in the middle of the line.
                var rest = _line.Where(p => !ReferenceEquals(p, place)).ToArray();
                _line.Clear();
                foreach (var other in rest)
                {
                    _line.Enqueue(other);
                }
            }
        }

        Changed();
    }

    private void Changed()
    {
        TaskCompletionSource before;
        lock (_lock)
        {
            before = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        before.TrySetResult();
    }

    private async Task WaitForChangeAsync(Task changed, CancellationToken cancellationToken)
    {
        try
        {
            await changed.WaitAsync(LookAgain, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Look again.
        }
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    /// <summary>The place of one made upload; says what it still has to do.</summary>
    internal sealed class Pass(GateKeeper gate, long requests, long bytes, long untilTimestamp) : IDisposable
    {
        private long _requests = requests;
        private long _bytes = bytes;

        /// <summary>A part was acknowledged.</summary>
        public void Progress(long sentBytes)
        {
            Interlocked.Decrement(ref _requests);
            Interlocked.Add(ref _bytes, -sentBytes);
        }

        public CreationGate.Work Work(TimeProvider time) => new(
            Math.Max(0, Interlocked.Read(ref _requests)), Math.Max(0, Interlocked.Read(ref _bytes)), time.GetElapsedTime(time.GetTimestamp(), untilTimestamp));

        public void Dispose()
        {
            lock (gate._lock)
            {
                gate._made.Remove(this);
            }

            gate.Changed();
        }
    }
}
