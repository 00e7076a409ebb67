using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Sluice.Checkpoints.InMemory;
using Sluice.Pacing;
using Xunit;

namespace Sluice.Tests.Pacing;

/// <summary>Any arrival pattern, several processes on one store, a store that is slow, callers that give up: the window holds.</summary>
public sealed class RequestBudgetPropertyTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60.5);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);

    // gap in steps before it, process, control, gives up after so many steps (0: never)
    private static readonly Gen<(int Gap, int Process, bool Control, int GivesUp)[]> Arrivals =
        Gen.Select(Gen.Frequency((6, Gen.Int[0, 1]), (1, Gen.Int[10, 120])), Gen.Int[0, 2], Gen.Bool, Gen.Frequency((5, Gen.Const(0)), (1, Gen.Int[1, 60])))
            .Array[1, 250];

    [Fact]
    public void In_any_window_of_60_and_a_half_seconds_no_more_than_the_budget_goes_out() =>
        Gen.Select(Gen.Int[3, 60], Gen.Int[1, 10], Gen.Int[0, 5], Gen.Int[0, 3], Arrivals).Sample((perWindow, burst, reserve, slowness, arrivals) =>
        {
            var world = new World(perWindow, burst, reserve, slowness);
            world.Run(arrivals);
            world.AssertWindows();
            world.AssertBursts();
        }, iter: 60);

    [Fact]
    public void Everybody_who_does_not_give_up_is_served() =>
        Gen.Select(Gen.Int[3, 60], Gen.Int[1, 10], Gen.Int[0, 5], Arrivals).Sample((perWindow, burst, reserve, arrivals) =>
        {
            var world = new World(perWindow, burst, reserve, 0);
            world.Run(arrivals);
            Assert.Equal(arrivals.Count(a => a.GivesUp == 0), world.ServedPatient);
        }, iter: 25);

    private sealed class World
    {
        private readonly FakeTimeProvider _time = new();
        private readonly RequestBudget[] _processes;
        private readonly int _perWindow;
        private readonly int _burst;
        private readonly List<(Task<long> Turn, int Process, bool Patient)> _asked = [];
        private readonly long _start;

        public World(int perWindow, int burst, int reserve, int slowness)
        {
            (_perWindow, _burst, _start) = (perWindow, burst, _time.GetTimestamp());
            var options = new PacingOptions { RequestsPerMinute = perWindow, Burst = burst, Reserve = reserve };
            var store = new InMemoryCheckpointStore(_time);
            var late = TimeSpan.FromMilliseconds(slowness * 700);
            var faults = slowness == 0 ? null : new StoreFaults { DelayBefore = _ => late, DelayAfter = _ => late };
            _processes = [.. Enumerable.Range(0, 3).Select(i => new RequestBudget(options, store.Connect(faults).Connections, "c", $"p{i}", Window, new NotBefore(_time), _time))];
        }

        public int ServedPatient => _asked.Count(a => a.Patient && a.Turn.IsCompletedSuccessfully);

        public void Run((int Gap, int Process, bool Control, int GivesUp)[] arrivals)
        {
            var step = 0;
            List<(int At, CancellationTokenSource Stop)> impatient = [];
            foreach (var (gap, process, control, givesUp) in arrivals)
            {
                for (var i = 0; i < gap; i++)
                {
                    Advance(++step, impatient);
                }

                var stop = new CancellationTokenSource();
                if (givesUp > 0)
                {
                    impatient.Add((step + givesUp, stop));
                }

                if (control)
                {
                    _processes[process].AnnounceControl();
                }

                _asked.Add((_processes[process].TakeAsync(control ? RequestLine.Control : RequestLine.Part, stop.Token).AsTask(), process, givesUp == 0));
            }

            // Enough windows for all of them, and one more.
            var most = step + (((arrivals.Length / _perWindow) + 2) * 4 * 75);
            while (step < most && _asked.Exists(a => !a.Turn.IsCompleted))
            {
                Advance(++step, impatient);
                SpinWait.SpinUntil(() => _processes.Sum(p => p.Waiting) == _asked.Count(a => !a.Turn.IsCompleted), TimeSpan.FromSeconds(20));
            }
        }

        public void AssertWindows()
        {
            var times = Times();
            for (var i = 0; i + _perWindow < times.Length; i++)
            {
                Assert.True(times[i + _perWindow] - times[i] >= Window, $"{_perWindow + 1} requests between {times[i]} and {times[i + _perWindow]}");
            }

            // Notion's own fixed minute, wherever it begins.
            for (var phase = 0; phase < 60; phase += 7)
            {
                Assert.All(times.GroupBy(t => (long)((t.TotalSeconds + phase) / 60)), minute => Assert.True(minute.Count() <= _perWindow));
            }
        }

        public void AssertBursts()
        {
            foreach (var process in _asked.Where(a => a.Turn.IsCompletedSuccessfully).GroupBy(a => a.Process))
            {
                var times = process.Select(a => _time.GetElapsedTime(_start, a.Turn.Result).TotalSeconds).Order().ToArray();
                for (var i = 0; i + _burst < times.Length; i++)
                {
                    // One more than a burst has to wait for at least one refill.
                    Assert.True(times[i + _burst] - times[i] >= (Window.TotalSeconds / _perWindow / 1.05) - 0.001, $"{_burst + 1} at {times[i]}");
                }
            }
        }

        private TimeSpan[] Times() => [.. _asked.Where(a => a.Turn.IsCompletedSuccessfully).Select(a => _time.GetElapsedTime(_start, a.Turn.Result)).Order()];

        private void Advance(int step, List<(int At, CancellationTokenSource Stop)> impatient)
        {
            _time.Advance(Step);
            foreach (var (_, stop) in impatient.Where(i => i.At == step))
            {
                stop.Cancel();
            }
        }
    }
}
