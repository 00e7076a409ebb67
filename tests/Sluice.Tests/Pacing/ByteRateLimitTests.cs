using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Sluice.Notion;
using Sluice.Pacing;
using Xunit;

namespace Sluice.Tests.Pacing;

public sealed class ByteRateLimitTests
{
    [Fact]
    public async Task Bytes_within_the_rate_do_not_wait()
    {
        var time = new FakeTimeProvider();
        var limit = new ByteRateLimit(1000, time);
        await limit.TakeAsync(1000, TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(limit.TakeAsync(1000, TestContext.Current.CancellationToken).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Bytes_beyond_the_rate_wait_for_their_place()
    {
        var time = new FakeTimeProvider();
        var limit = new ByteRateLimit(1000, time);
        await limit.TakeAsync(2000, TestContext.Current.CancellationToken);
        var second = limit.TakeAsync(1, TestContext.Current.CancellationToken).AsTask();
        time.Advance(TimeSpan.FromMilliseconds(1999));
        Assert.False(second.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await second;
    }

    [Fact]
    public void In_any_second_no_more_than_the_rate_and_the_burst_goes_out()
    {
        Gen.Select(Gen.Int[1_000, 5_000_000], Gen.Int[1, 70_000].Array[1, 200], Gen.Int[0, 400].Array[200]).Sample((rate, sizes, pauses) =>
        {
            var time = new FakeTimeProvider();
            var limit = new ByteRateLimit(rate, time);
            List<(double At, int Bytes)> sent = [];
            var start = time.GetTimestamp();
            for (var i = 0; i < sizes.Length; i++)
            {
                var taken = limit.TakeAsync(sizes[i], CancellationToken.None).AsTask();
                while (!taken.IsCompleted)
                {
                    time.Advance(TimeSpan.FromMilliseconds(1));
                }

                sent.Add((time.GetElapsedTime(start).TotalSeconds, sizes[i]));
                time.Advance(TimeSpan.FromMilliseconds(pauses[i] % 7 == 0 ? pauses[i] : 0));
            }

            // A piece's own length goes out at once; everything before it has had its time, but for the burst.
            for (var first = 0; first < sent.Count; first++)
            {
                var bytes = 0L;
                for (var last = first; last < sent.Count; last++)
                {
                    if (bytes > (((sent[last].At - sent[first].At) + ByteRateLimit.Burst.TotalSeconds + 0.001) * rate) + 1)
                    {
                        return false;
                    }

                    bytes += sent[last].Bytes;
                }
            }

            return true;
        }, iter: 60);
    }

    [Fact]
    public async Task A_body_comes_through_whole_and_not_faster_than_the_limit()
    {
        var time = new FakeTimeProvider();
        var bytes = new byte[250_000];
        new Random(7).NextBytes(bytes);
        var body = new LimitedPartBody(new ArrayBody(bytes), new ByteRateLimit(100_000, time));
        using var destination = new MemoryStream();
        var writing = body.WriteToAsync(destination, TestContext.Current.CancellationToken).AsTask();
        var elapsed = TimeSpan.Zero;
        while (!writing.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(50));
            elapsed += TimeSpan.FromMilliseconds(50);
            Assert.True(destination.Length <= (100_000 * (elapsed + ByteRateLimit.Burst).TotalSeconds) + 10_000, $"{destination.Length} bytes after {elapsed}");
        }

        await writing;
        Assert.Equal(bytes, destination.ToArray());
        Assert.InRange(elapsed, TimeSpan.FromSeconds(2.2), TimeSpan.FromSeconds(2.7));
    }

    [Fact]
    public async Task Waiting_can_be_cancelled()
    {
        var limit = new ByteRateLimit(1, new FakeTimeProvider());
        await limit.TakeAsync(1000, TestContext.Current.CancellationToken);
        using var stop = new CancellationTokenSource();
        var waiting = limit.TakeAsync(1, stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private sealed class ArrayBody(byte[] bytes) : IPartBody
    {
        public long Length => bytes.Length;

        public async ValueTask WriteToAsync(Stream destination, CancellationToken cancellationToken)
        {
            for (var at = 0; at < bytes.Length; at += 65536)
            {
                await destination.WriteAsync(bytes.AsMemory(at, Math.Min(65536, bytes.Length - at)), cancellationToken);
            }
        }
    }
}
