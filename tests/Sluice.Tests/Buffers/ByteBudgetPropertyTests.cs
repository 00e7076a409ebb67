using CsCheck;
using Sluice.Buffers;
using Xunit;

namespace Sluice.Tests.Buffers;

/// <summary>The budget beside a plain model of its rules, one random step at a time; and on real threads with random cancellations.</summary>
public sealed class ByteBudgetPropertyTests
{
    private const int Page = 10;
    private const long Limit = 300;
    private const long PerUpload = 120;
    private const int PerUploadTickets = 2;
    private const int Uploads = 6;

    private static readonly Gen<(int Kind, int Upload, int Amount)[]> Steps =
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, Uploads - 1], Gen.Int[1, (int)PerUpload]).Array[1, 120];

    [Fact]
    public void Agrees_with_the_model_at_every_step() => Steps.Sample(static steps =>
    {
        using var pool = new PagePool(Limit, Page);
        using var budget = new ByteBudget(pool, PerUpload, PerUploadTickets);
        var model = new Model(budget);
        foreach (var (kind, upload, amount) in steps)
        {
            model.Step(kind, upload, amount);
            model.AssertAgrees();
        }

        model.ReturnAll();
    }, iter: 3000);

    [Fact]
    public async Task Every_page_comes_home_under_ten_thousand_random_cancellations()
    {
        const int Workers = 8;
        const int Rounds = 1250;
        using var pool = new PagePool(40 * 64, 64);
        using var budget = new ByteBudget(pool, 20 * 64, 2);
        var holders = Enumerable.Range(0, Workers).Select(i => budget.Open($"upload {i}")).ToArray();
        var highest = 0L;
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            for (var round = 0; round < Rounds; round++)
            {
                using var giveUp = new CancellationTokenSource();
                var length = random.Next(1, 20 * 64);
                var asked = RentAsync(holders[worker], length, giveUp.Token);
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
                    using var buffer = await asked;
                    buffer.Append(new byte[random.Next(0, length + 1)]);
                    var committed = budget.CommittedBytes;
                    InterlockedMax(ref highest, committed);
                    if (random.Next(2) == 0)
                    {
                        using var moved = buffer.HandOver();
                        await Task.Yield();
                    }
                }
                catch (OperationCanceledException)
                {
                    Assert.True(giveUp.IsCancellationRequested);
                }

                if (random.Next(50) == 0)
                {
                    pool.Sweep();
                }
            }
        }, TestContext.Current.CancellationToken)));

        Assert.Empty(pool.Outstanding());
        Assert.Equal(0, budget.TicketBytes);
        Assert.Equal(0, budget.Waiting);
        Assert.InRange(highest, 1, budget.Limit);
        Assert.All(holders, static holder => Assert.Equal((0, 0), (holder.Place.Held, holder.Place.HeldBytes)));
        pool.Trim();
        Assert.Equal(0, pool.AllocatedBytes);

        async Task<PartBuffer> RentAsync(TicketHolder holder, long length, CancellationToken cancellationToken) =>
            new(new PartPages(pool, await holder.AcquireAsync(length, cancellationToken), length));
    }

    private static void InterlockedMax(ref long target, long value)
    {
        for (var seen = Interlocked.Read(ref target); value > seen;)
        {
            var before = Interlocked.CompareExchange(ref target, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    /// <summary>The rules once more, as plainly as they can be said: lists, and a sort at each step.</summary>
    private sealed class Model(ByteBudget budget)
    {
        private readonly List<Upload> _uploads = [.. Enumerable.Range(0, Uploads).Select(i => new Upload(budget.Open($"u{i}", accepted: i % 3 != 2), i % 3 != 2))];
        private readonly List<Request> _waiting = [];
        private readonly List<Request> _held = [];
        private long _arrivals;
        private long _grants;
        private long _allowed = Limit;

        public void Step(int kind, int upload, int amount)
        {
            switch (kind)
            {
                case 0 or 1 or 2:
                    Ask(_uploads[upload], amount);
                    break;
                case 3 when _held.Count > 0:
                    Return(_held[amount % _held.Count]);
                    break;
                case 4 when _waiting.Count > 0:
                    GiveUp(_waiting[amount % _waiting.Count]);
                    break;
                case 5 when amount % 2 == 0:
                    _uploads[upload].Accepted = true;
                    _uploads[upload].Holder.Accept();
                    break;
                case 5:
                    _uploads[upload].Deadline = amount;
                    _uploads[upload].Holder.SetDeadline(amount);
                    break;
                case 6:
                    _allowed = amount % 3 == 0 ? 0 : amount * 3;
                    budget.Allow(_allowed);
                    break;
            }

            Serve();
        }

        public void AssertAgrees()
        {
            Assert.Equal(_held.Sum(static r => r.Whole), budget.TicketBytes);
            Assert.Equal(_waiting.Count, budget.Waiting);
            Assert.Equal(_waiting.Sum(static r => r.Whole), budget.WaitingBytes);
            Assert.InRange(budget.CommittedBytes, 0, Limit);
            Assert.All(_held, static r => Assert.True(r.Task.IsCompletedSuccessfully));
            Assert.All(_waiting, static r => Assert.False(r.Task.IsCompleted));
            Assert.All(_uploads, static u => Assert.InRange(u.Tickets, 0, PerUploadTickets));
            Assert.All(_uploads, static u => Assert.InRange(u.Bytes, 0, PerUpload));
        }

        /// <summary>Nobody starves: with every ticket returned in any order, everyone who waits is served.</summary>
        public void ReturnAll()
        {
            while (_held.Count > 0)
            {
                Return(_held[0]);
                Serve();
                AssertAgrees();
            }

            Assert.Empty(_waiting);
        }

        private void Ask(Upload upload, int amount)
        {
            var giveUp = new CancellationTokenSource();
            var whole = (amount + Page - 1) / Page * Page;
            _waiting.Add(new Request(upload, whole, ++_arrivals, giveUp, upload.Holder.AcquireAsync(amount, giveUp.Token).AsTask()));
        }

        private void GiveUp(Request request)
        {
            _waiting.Remove(request);
            request.GiveUp.Cancel();
            Assert.True(Completes(request.Task).IsCanceled);
        }

        private void Return(Request request)
        {
            _held.Remove(request);
            request.Upload.Tickets--;
            request.Upload.Bytes -= request.Whole;
            request.Task.Result.Dispose();
        }

        private void Serve()
        {
            while (true)
            {
                var first = _waiting
                    .Where(static r => r.Upload.Tickets < PerUploadTickets && r.Upload.Bytes + r.Whole <= PerUpload)
                    .OrderBy(static r => r.Upload.Accepted ? 0 : 1)
                    .ThenBy(static r => r.Upload.Tickets > 0 ? 1 : 0)
                    .ThenBy(static r => r.Upload.LastGrant)
                    .ThenBy(static r => r.Upload.Deadline)
                    .ThenBy(static r => r.Arrival)
                    .FirstOrDefault();
                var held = _held.Sum(static r => r.Whole);
                if (first is null || first.Whole > Limit - held || (held > 0 && first.Whole > _allowed - held))
                {
                    return;
                }

                _waiting.Remove(first);
                _held.Add(first);
                first.Upload.Tickets++;
                first.Upload.Bytes += first.Whole;
                first.Upload.LastGrant = ++_grants;
                Assert.True(Completes(first.Task).IsCompletedSuccessfully);
            }
        }

        /// <summary>The promise is kept at once; only its continuation runs elsewhere.</summary>
        private static Task<Ticket> Completes(Task<Ticket> task)
        {
            Assert.True(((IAsyncResult)task).AsyncWaitHandle.WaitOne(TimeSpan.FromSeconds(30)));
            return task;
        }
    }

    private sealed class Upload(TicketHolder holder, bool accepted)
    {
        public TicketHolder Holder => holder;

        public bool Accepted { get; set; } = accepted;

        public int Tickets { get; set; }

        public long Bytes { get; set; }

        public long LastGrant { get; set; }

        public long Deadline { get; set; } = long.MaxValue;
    }

    private sealed record Request(Upload Upload, long Whole, long Arrival, CancellationTokenSource GiveUp, Task<Ticket> Task);
}
