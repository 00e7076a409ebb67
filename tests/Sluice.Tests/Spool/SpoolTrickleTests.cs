using CsCheck;
using Sluice.Spool;
using Xunit;

namespace Sluice.Tests.Spool;

public sealed class SpoolTrickleTests
{
    private const int Window = SpoolConstants.TrickleWindow;

    [Fact]
    public void A_quota_shrinks_as_others_open_and_what_is_over_it_stays_but_does_not_grow()
    {
        var trickle = new SpoolTrickle(16 * Window);
        using var first = trickle.Open();
        Assert.True(first.TryTake(3 * Window));

        using var second = trickle.Open();
        Assert.False(first.TryTake(Window));
        Assert.Equal(3 * Window, first.Bytes);
        Assert.True(second.TryTake(Window));
        Assert.False(second.TryTake(Window));
        Assert.Equal(4 * Window, trickle.TakenBytes);
    }

    [Fact]
    public void A_turn_gives_everything_back_and_closing_ends_the_quota()
    {
        var trickle = new SpoolTrickle(16 * Window);
        var upload = trickle.Open();
        Assert.True(upload.TryTake(Window));
        upload.GiveBack();
        Assert.Equal((0, 0), (upload.Bytes, trickle.TakenBytes));
        Assert.True(upload.TryTake(2 * Window));
        upload.Dispose();
        upload.Dispose();
        Assert.Equal(0, trickle.TakenBytes);
        Assert.False(upload.TryTake(Window));
    }

    [Fact]
    public void A_thousand_held_uploads_all_move_in_turn_within_the_quarter_of_64_MiB()
    {
        var trickle = new SpoolTrickle(64 << 20);
        var uploads = Enumerable.Range(0, 1000).Select(_ => trickle.Open()).ToList();
        var moved = new HashSet<int>();
        while (moved.Count < uploads.Count)
        {
            var round = Enumerable.Range(0, uploads.Count).Where(i => !moved.Contains(i) && uploads[i].TryTake(Window)).ToList();
            Assert.NotEmpty(round);
            Assert.InRange(trickle.TakenBytes, 1, 16 << 20);
            round.ForEach(i => uploads[i].GiveBack());
            moved.UnionWith(round);
        }
    }

    [Fact]
    public void Never_takes_more_than_the_quarter_and_counts_what_it_gave() =>
        Gen.Select(Gen.Int[1, 64], Gen.Select(Gen.Int[0, 3], Gen.Int[0, 9], Gen.Int[1, 2 * Window]).Array[1, 100]).Sample(static (windows, steps) =>
        {
            var trickle = new SpoolTrickle((long)windows * Window);
            var uploads = new SpoolTrickle.Quota?[10];
            foreach (var (kind, who, bytes) in steps)
            {
                switch (kind)
                {
                    case 0:
                        uploads[who] ??= trickle.Open();
                        break;
                    case 1:
                        uploads[who]?.TryTake(bytes);
                        break;
                    case 2:
                        uploads[who]?.GiveBack();
                        break;
                    default:
                        uploads[who]?.Dispose();
                        uploads[who] = null;
                        break;
                }

                Assert.Equal(uploads.Sum(static u => u?.Bytes ?? 0), trickle.TakenBytes);
                Assert.InRange(trickle.TakenBytes, 0, trickle.ShareBytes);
            }
        }, iter: 2000);
}
