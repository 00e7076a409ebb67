using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Sluice.Buffers;
using Sluice.Spool;
using Xunit;

namespace Sluice.Tests.Spool;

/// <summary>Space beside a plain model of its rules, one random step at a time; and on real threads with cancellations that race with grants.</summary>
public sealed class SpoolSpacePropertyTests
{
    private const long Limit = 300;
    private const int Uploads = 5;

    [Fact]
    public void Agrees_with_the_model_at_every_step() =>
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, Uploads - 1], Gen.Int[1, (int)Limit]).Array[1, 100].Sample(static steps =>
        {
            using var space = new SpoolSpace(Limit);
            var model = new Model(space);
            foreach (var (kind, upload, amount) in steps)
            {
                model.Step(kind, upload, amount);
                model.AssertAgrees();
            }

            model.ReturnAll();
        }, iter: 3000);

    [Fact]
    public async Task Nothing_is_lost_and_nothing_given_twice_under_ten_thousand_random_cancellations()
    {
        const int Workers = 8;
        using var space = new SpoolSpace(100);
        var highest = 0L;
        var held = 0L;
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            var place = new LinePlace($"upload {worker}", accepted: true);
            for (var round = 0; round < 1250; round++)
            {
                using var giveUp = new CancellationTokenSource();
                var asked = space.AcquireAsync(place, random.Next(1, 101), TimeSpan.FromHours(1), TimeProvider.System, giveUp.Token);
                if (random.Next(3) == 0)
                {
                    await Task.Yield();
                }

                if (random.Next(2) == 0)
                {
                    await giveUp.CancelAsync();
                }

                try
                {
                    using var mine = await asked;
                    Assert.NotNull(mine);
                    var had = mine.Bytes;
                    var before = Interlocked.Add(ref held, had);
                    Assert.InRange(before, 1, 100);
                    Highest(space.ReservedBytes);
                    Interlocked.Add(ref held, -had);
                    _ = mine.TryGrow(random.Next(1, 10));
                    Highest(space.ReservedBytes);
                    mine.ShrinkTo(random.Next(0, 50));
                    await Task.Yield();
                }
                catch (OperationCanceledException)
                {
                    Assert.True(giveUp.IsCancellationRequested);
                }
            }

            Assert.Equal((0, 0), (place.Held, place.HeldBytes));
        }, TestContext.Current.CancellationToken)));

        Assert.Equal(0, space.ReservedBytes);
        Assert.Equal(0, space.Waiting);
        Assert.InRange(highest, 1, 100);

        void Highest(long value)
        {
            for (var seen = Interlocked.Read(ref highest); value > seen;)
            {
                var before = Interlocked.CompareExchange(ref highest, value, seen);
                seen = before == seen ? value : before;
            }
        }
    }

    /// <summary>The rules once more, as plainly as they can be said.</summary>
    private sealed class Model(SpoolSpace space)
    {
        private readonly FakeTimeProvider _time = new();
        private readonly List<Upload> _uploads = [.. Enumerable.Range(0, Uploads).Select(static i => new Upload(new LinePlace($"u{i}", accepted: i != 4), i != 4))];
        private readonly List<Request> _waiting = [];
        private readonly List<Request> _held = [];
        private long _elsewhere;
        private long _arrivals;
        private long _grants;

        private long Free => Math.Max(0, Limit - _elsewhere - _held.Sum(static r => r.Bytes));

        public void Step(int kind, int upload, int amount)
        {
            switch (kind)
            {
                case 0 or 1:
                    var giveUp = new CancellationTokenSource();
                    var arrived = new Request(_uploads[upload], ++_arrivals, giveUp) { Bytes = amount };
                    _waiting.Add(arrived);
                    arrived.Task = space.AcquireAsync(_uploads[upload].Place, amount, TimeSpan.FromHours(1), _time, giveUp.Token).AsTask();
                    break;
                case 2 when _held.Count > 0:
                    Return(_held[amount % _held.Count]);
                    break;
                case 3 when _waiting.Count > 0:
                    var tired = _waiting[amount % _waiting.Count];
                    _waiting.Remove(tired);
                    tired.GiveUp.Cancel();
                    Assert.True(Completes(tired.Task).IsCanceled);
                    break;
                case 4 when _held.Count > 0:
                    var growing = _held[amount % _held.Count];
                    var by = amount % 40;
                    var fits = by <= Free;
                    Assert.Equal(fits, growing.Task.Result!.TryGrow(by));
                    growing.Bytes += fits ? by : 0;
                    break;
                case 5 when _held.Count > 0:
                    var shrinking = _held[amount % _held.Count];
                    shrinking.Bytes = Math.Max(1, shrinking.Bytes / 2);
                    shrinking.Task.Result!.ShrinkTo(shrinking.Bytes);
                    break;
                case 6:
                    _elsewhere = amount / 3;
                    space.SetElsewhere(_elsewhere);
                    break;
            }

            Serve();
        }

        public void AssertAgrees()
        {
            Assert.Equal(_held.Sum(static r => r.Bytes), space.ReservedBytes);
            Assert.Equal(_waiting.Count, space.Waiting);
            Assert.InRange(space.ReservedBytes, 0, Limit);
            Assert.All(_held, static r => Assert.Equal(r.Bytes, r.Task.Result!.Bytes));
            Assert.All(_waiting, static r => Assert.False(r.Task.IsCompleted));
            Assert.All(_uploads, u => Assert.Equal(_held.Where(r => r.Upload == u).Sum(static r => r.Bytes), u.Place.HeldBytes));
        }

        /// <summary>The first in line always finishes: with what is held going back in any order everyone is served.</summary>
        public void ReturnAll()
        {
            _elsewhere = 0;
            space.SetElsewhere(0);
            Serve();
            while (_held.Count > 0)
            {
                Return(_held[0]);
                Serve();
                AssertAgrees();
            }

            Assert.Empty(_waiting);
        }

        private void Return(Request request)
        {
            _held.Remove(request);
            request.Task.Result!.Dispose();
        }

        private void Serve()
        {
            while (true)
            {
                var first = _waiting
                    .OrderBy(static r => r.Upload.Accepted ? 0 : 1)
                    .ThenBy(r => _held.Exists(h => h.Upload == r.Upload) ? 1 : 0)
                    .ThenBy(static r => r.Upload.LastGrant)
                    .ThenBy(static r => r.Arrival)
                    .FirstOrDefault();
                if (first is null || first.Bytes > Free)
                {
                    return;
                }

                _waiting.Remove(first);
                _held.Add(first);
                first.Upload.LastGrant = ++_grants;
                Assert.True(Completes(first.Task).IsCompletedSuccessfully);
            }
        }

        /// <summary>The promise is kept at once; only its continuation runs elsewhere.</summary>
        private static Task<SpoolReservation?> Completes(Task<SpoolReservation?> task)
        {
            Assert.True(((IAsyncResult)task).AsyncWaitHandle.WaitOne(TimeSpan.FromSeconds(30)));
            return task;
        }
    }

    private sealed class Upload(LinePlace place, bool accepted)
    {
        public LinePlace Place => place;

        public bool Accepted => accepted;

        public long LastGrant { get; set; }
    }

    private sealed class Request(Upload upload, long arrival, CancellationTokenSource giveUp)
    {
        public Upload Upload => upload;

        public long Arrival => arrival;

        public CancellationTokenSource GiveUp => giveUp;

        public long Bytes { get; set; }

        public Task<SpoolReservation?> Task { get; set; } = null!;
    }
}
