using System.Runtime.InteropServices;
using Sluice.Notion;

namespace Sluice.Transfer;

/// <summary>
/// The creation gate of one connection: knows what every made upload still has to do, and lets the next one be made only
/// when all of them still fit in their hours (<see cref="CreationGate"/>). Waiters are let in one at a time, in order; who waits
/// for its own client holds nobody up.
/// </summary>
internal sealed class GateKeeper(NotionLimits limits, TimeProvider time, Func<double> requestsPerSecond, Func<double?> bytesPerSecond, Func<double?> steadyBytesPerSecond)
{
    /// <summary>Rates drift without an event, so who is next looks again at least this often, and so does who waits for its own client.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);

    /// <summary>Whose turn it is not only has to see whether its client went away.</summary>
    private static readonly TimeSpan LookRarely = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly List<Pass> _made = [];
    private readonly List<Waiter> _line = [];

    /// <summary>Used again at each look: with a thousand made a new one would be 50 KiB.</summary>
    private readonly List<CreationGate.Work> _works = [];

    /// <summary>False where the upload cannot pass even alone, at rates that are certain.</summary>
    public bool CanEverPass(long requests, long bytes) =>
        CreationGate.Alone(new(requests, bytes, limits.Planning), requestsPerSecond(), steadyBytesPerSecond());

    /// <summary>How long a new upload would wait for its turn.</summary>
    public TimeSpan PredictWait(long requests, long bytes)
    {
        lock (_lock)
        {
            var ahead = _made.Select(p => p.Work(time)).Concat(_line.Select(static w => w.Work)).ToList();
            return CreationGate.PredictWait(ahead, new(requests, bytes, limits.Planning), requestsPerSecond(), bytesPerSecond());
        }
    }

    /// <summary>Waits for its turn, with all bytes here or expected; see the other overload.</summary>
    public Task<Pass> EnterAsync(long requests, long bytes, Action waiting, CancellationToken cancellationToken) =>
        EnterAsync(() => new(requests, bytes, limits.Planning), waiting, cancellationToken);

    /// <summary>Waits for its turn; <paramref name="waiting"/> is called once if there is a wait. Dispose the pass when the upload ended.</summary>
    /// <param name="work">Says at each look what the upload has to do; what it throws ends the wait.</param>
    /// <param name="waiting">Called once if there is a wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Pass> EnterAsync(Func<CreationGate.Work> work, Action waiting, CancellationToken cancellationToken)
    {
        var place = new Waiter(work());
        lock (_lock)
        {
            _line.Add(place);
        }

        try
        {
            var told = false;
            while (true)
            {
                Waiter? next;
                TimeSpan patience;
                var now = work();
                lock (_lock)
                {
                    // Who held the others up and does not any more lets the next one look.
                    var stepsAside = place.ArrivesInTime && !CreationGate.ArrivesInTime(now);
                    place.Work = now;
                    if (TryEnterUnderLock(place) is { } pass)
                    {
                        return pass;
                    }

                    place.BeginToWait();
                    var first = FirstUnderLock();
                    next = stepsAside ? first : null;
                    patience = first == place || !place.ArrivesInTime ? LookAgain : LookRarely;
                }

                next?.Wake();
                if (!told)
                {
                    told = true;
                    waiting();
                }

                await place.Woken.WaitAsync(patience, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellationToken.ThrowIfCancellationRequested();
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

    private Pass? TryEnterUnderLock(Waiter place)
    {
        if (FirstUnderLock() != place)
        {
            return null;
        }

        // Whose time is over only settles what is left, and holds nobody up. With nothing else made it is let in whatever the rates say: they may be wrong, and waiting could not help it.
        if (_made.Count > 0)
        {
            _works.Clear();
            foreach (var made in _made)
            {
                if (made.Work(time) is { Until.Ticks: > 0 } work)
                {
                    _works.Add(work);
                }
            }

            _works.Add(place.Work);
            if (!CreationGate.Fits(CollectionsMarshal.AsSpan(_works), place.Work, requestsPerSecond(), bytesPerSecond()))
            {
                return null;
            }
        }

        var pass = new Pass(this, place.Work.Requests, place.Work.Bytes, time.GetTimestamp() + Ticks(limits.Planning));
        _made.Add(pass);
        return pass;
    }

    /// <summary>Whose turn it is, by what each said last.</summary>
    private Waiter? FirstUnderLock() => _line.Find(static w => w.ArrivesInTime);

    private void Leave(Waiter place)
    {
        lock (_lock)
        {
            _line.Remove(place);
        }

        Changed();
    }

    /// <summary>Bytes gathered, a rate was measured: whoever waits for its own client looks again.</summary>
    public void Look()
    {
        List<Waiter> waiters;
        lock (_lock)
        {
            waiters = _line.FindAll(static w => !w.ArrivesInTime);
        }

        waiters.ForEach(static w => w.Wake());
        Changed();
    }

    /// <summary>Only whose turn it is looks again: a thousand that do so at each change would do nothing else.</summary>
    private void Changed()
    {
        Waiter? first;
        lock (_lock)
        {
            first = FirstUnderLock();
        }

        first?.Wake();
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    /// <summary>One who waits, and what it said last.</summary>
    private sealed class Waiter(CreationGate.Work work)
    {
        private TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CreationGate.Work Work { get; set; } = work;

        /// <summary>False while it waits for its own client and holds nobody up.</summary>
        public bool ArrivesInTime => CreationGate.ArrivesInTime(Work);

        /// <summary>Ends when it should look again.</summary>
        public Task Woken => _woken.Task;

        public void Wake() => _woken.TrySetResult();

        /// <summary>It has looked: from now on a change wakes it again. Under the gate's lock.</summary>
        public void BeginToWait()
        {
            if (_woken.Task.IsCompleted)
            {
                _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

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
