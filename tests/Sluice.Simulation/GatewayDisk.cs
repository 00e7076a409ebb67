using Sluice.Relay;

namespace Sluice.Simulation;

/// <summary>The disk of a gateway: what is held outlives its process, but for a tail that was not synced yet. Room is bounded.</summary>
internal sealed class GatewayDisk(World world, GatewayPlan plan)
{
    private readonly Dictionary<string, Run> _runs = new(StringComparer.Ordinal);

    /// <summary>Opens what lies there for an upload.</summary>
    public IHeldBytes? Open(string id, long prefix, Process process)
    {
        if (plan.Room == 0)
        {
            return null;
        }

        if (!_runs.TryGetValue(id, out var run))
        {
            _runs.Add(id, run = new Run { Start = prefix });
        }

        return new Held(run, plan.Room, process);
    }

    /// <summary>The process was killed, or the machine: what was not synced may be gone.</summary>
    public void Tear()
    {
        foreach (var run in _runs.Values.Where(r => plan.Tears && r.Bytes.Count > r.Synced))
        {
            var keep = world.Random.Next(run.Synced, run.Bytes.Count + 1);
            run.Bytes.RemoveRange(keep, run.Bytes.Count - keep);
        }
    }

    private sealed class Run
    {
        public long Start { get; set; }

        public List<byte> Bytes { get; } = [];

        /// <summary>So many of the bytes are on the disk for sure.</summary>
        public int Synced { get; set; }
    }

    private sealed class Held(Run run, long room, Process process) : IHeldBytes
    {
        private readonly TaskCompletionSource _never = new();

        public long Start => run.Start;

        public long End => run.Start + run.Bytes.Count;

        public async ValueTask<bool> AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            await HereAsync("append").ConfigureAwait(false);
            if (run.Bytes.Count + bytes.Length > room)
            {
                return false;
            }

            run.Bytes.AddRange(bytes.Span);
            if (run.Bytes.Count - run.Synced > 1024)
            {
                run.Synced = run.Bytes.Count;
            }

            await HereAsync("appended").ConfigureAwait(false);
            return true;
        }

        public async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
        {
            await HereAsync("read").ConfigureAwait(false);
            var from = (int)(offset - run.Start);
            var count = Math.Min(buffer.Length, run.Bytes.Count - from);
            run.Bytes.GetRange(from, count).ToArray().CopyTo(buffer);
            return count;
        }

        public async ValueTask ForgetBeforeAsync(long offset, CancellationToken cancellationToken)
        {
            await HereAsync("forget").ConfigureAwait(false);
            var gone = (int)(offset - run.Start);
            run.Bytes.RemoveRange(0, gone);
            run.Synced = Math.Max(0, run.Synced - gone);
            run.Start = offset;
        }

        public async ValueTask ResetAsync(long start, CancellationToken cancellationToken)
        {
            await HereAsync("reset").ConfigureAwait(false);
            run.Bytes.Clear();
            run.Synced = 0;
            run.Start = start;
        }

        public async ValueTask DisposeAsync()
        {
            await HereAsync("close").ConfigureAwait(false);
            run.Synced = run.Bytes.Count;
        }

        /// <summary>A step; a dead process does nothing more.</summary>
        private Task HereAsync(string what)
        {
            process.Step("disk " + what);
            return process.Dead ? _never.Task : Task.CompletedTask;
        }
    }
}
