using System.Runtime.InteropServices;
using CsCheck;
using Sluice.Buffers;
using Xunit;

namespace Sluice.Tests.Buffers;

public sealed partial class PagePoolTests
{
    private const int Size = PagePool.DefaultPageSize;

    public static TheoryData<bool> Memories => [true, false];

    [Theory]
    [MemberData(nameof(Memories))]
    public void The_page_that_came_home_last_goes_out_first(bool mapped)
    {
        using var pool = Make(4, mapped);
        var (a, b) = (pool.Rent("x"), pool.Rent("x"));
        Assert.Equal((2 * Size, 0), (pool.AllocatedBytes, pool.CachedBytes));

        pool.Return([a]);
        pool.Return([b]);
        Assert.Equal((2 * Size, 2 * Size), (pool.AllocatedBytes, pool.CachedBytes));
        Assert.Same(b, pool.Rent("y"));
        Assert.Same(a, pool.Rent("y"));
        Assert.Equal(2 * Size, pool.AllocatedBytes);
        pool.Return([a, b]);
    }

    [Theory]
    [MemberData(nameof(Memories))]
    public void What_was_not_needed_between_two_sweeps_is_given_back(bool mapped)
    {
        using var pool = Make(10, mapped);
        var pages = Enumerable.Range(0, 6).Select(_ => pool.Rent("x")).ToArray();
        pool.Return(pages);
        Assert.Equal(0, pool.Sweep());

        // Between these sweeps four of the six were out at once: two lay idle.
        var four = Enumerable.Range(0, 4).Select(_ => pool.Rent("x")).ToArray();
        pool.Return(four);
        Assert.Equal(2 * Size, pool.Sweep());
        Assert.Equal(4 * Size, pool.AllocatedBytes);

        Assert.Equal(4 * Size, pool.Sweep());
        Assert.Equal((0, 0), (pool.AllocatedBytes, pool.CachedBytes));
        Assert.Equal(0, pool.Sweep());
    }

    [Theory]
    [MemberData(nameof(Memories))]
    public void Given_back_pages_can_be_had_again(bool mapped)
    {
        using var pool = Make(3, mapped);
        for (var round = 0; round < 5; round++)
        {
            var pages = Enumerable.Range(0, 3).Select(_ => pool.Rent("x")).ToArray();
            foreach (var page in pages)
            {
                page.GetSpan().Fill((byte)(round + page.Index));
            }

            Assert.All(pages, page => Assert.False(page.GetSpan().ContainsAnyExcept((byte)(round + page.Index))));
            pool.Return(pages);
            Assert.Equal(3 * Size, pool.Trim());
        }
    }

    [Fact]
    public unsafe void Trimmed_pages_are_not_resident_any_more()
    {
        using var pool = Make(8, mapped: true);
        var pages = Enumerable.Range(0, 8).Select(_ => pool.Rent("x")).ToArray();
        Array.ForEach(pages, static page => page.GetSpan().Fill(1));
        var address = (nint)pages.Min(static page => (nint)page.Pin().Pointer);
        Assert.Equal(8 * Size / Environment.SystemPageSize, Resident(address, 8 * Size));

        pool.Return(pages);
        Assert.Equal(8 * Size / Environment.SystemPageSize, Resident(address, 8 * Size));
        pool.Trim();
        Assert.Equal(0, Resident(address, 8 * Size));
    }

    [Fact]
    public void More_pages_than_the_pool_was_made_for_are_a_bug()
    {
        using var pool = new PagePool((2 * Size) + 5, Size);
        var pages = new[] { pool.Rent("a"), pool.Rent("b") };
        Assert.Equal(2 * Size, pool.MaxBytes);

        Assert.Throws<InvalidOperationException>(() => pool.Rent("c"));
        pool.Return(pages);
    }

    [Fact]
    public void Every_page_that_is_out_says_who_has_it()
    {
        using var pool = Make(4, mapped: true);
        var (a, b) = (pool.Rent("upload 1"), pool.Rent("upload 2"));
        Assert.Equal([(0, "upload 1"), (1, "upload 2")], pool.Outstanding());

        pool.Return([a]);
        Assert.Equal([(1, "upload 2")], pool.Outstanding());
        pool.Return([b]);
        Assert.Empty(pool.Outstanding());
    }

    [Fact]
    public void A_page_that_is_home_cannot_be_read_or_returned()
    {
        using var pool = Make(2, mapped: true);
        using var other = Make(2, mapped: true);
        var page = pool.Rent("x");
        var memory = page.Memory;
        Assert.Throws<InvalidOperationException>(() => other.Return([page]));

        pool.Return([page]);
        Assert.Throws<ObjectDisposedException>(() => memory.Span.Length);
        Assert.Throws<ObjectDisposedException>(() => memory.Pin());
        Assert.Throws<InvalidOperationException>(() => pool.Return([page]));
        Assert.Equal(Size, pool.CachedBytes);
    }

    [Theory]
    [MemberData(nameof(Memories))]
    public void A_closed_pool_keeps_the_memory_of_pages_that_are_out(bool mapped)
    {
        var pool = Make(2, mapped);
        var page = pool.Rent("x");
        pool.Dispose();
        pool.Dispose();

        page.GetSpan().Fill(7);
        Assert.Equal(Size, pool.AllocatedBytes);
        Assert.Throws<ObjectDisposedException>(() => pool.Rent("y"));
        pool.Return([page]);
        Assert.Equal(0, pool.AllocatedBytes);
        Assert.Equal(0, pool.Sweep());
    }

    [Fact]
    public void A_lowered_pool_gives_back_what_is_too_much()
    {
        using var pool = Make(6, mapped: true);
        var pages = Enumerable.Range(0, 6).Select(_ => pool.Rent("x")).ToArray();
        pool.Return(pages.AsSpan(0, 2));
        pool.Lower(3 * Size);
        Assert.Equal((4 * Size, 0), (pool.AllocatedBytes, pool.CachedBytes));

        pool.Return(pages.AsSpan(2));
        Assert.Equal((3 * Size, 3 * Size), (pool.AllocatedBytes, pool.CachedBytes));
        pool.Lower(100 * Size);
        Assert.Equal(3 * Size, pool.MaxBytes);
    }

    [Fact]
    public void No_page_is_ever_had_by_two_and_there_are_never_too_many() =>
        Gen.Select(Gen.Bool, Gen.Select(Gen.Int[0, 9], Gen.Int[0, 99]).Array[1, 200]).Sample(static (mapped, steps) =>
        {
            const int Max = 12;
            using var pool = new PagePool(Max * 4096, 4096, mapped ? null : new HeapPageMemory(4096));
            var held = new List<(Page Page, byte Mark)>();
            byte mark = 0;
            foreach (var (kind, pick) in steps)
            {
                if (kind <= 4 && held.Count < Max)
                {
                    var page = pool.Rent("x");
                    page.GetSpan().Fill(++mark);
                    held.Add((page, mark));
                }
                else if (kind <= 7 && held.Count > 0)
                {
                    var (page, its) = held[pick % held.Count];
                    Assert.False(page.GetSpan().ContainsAnyExcept(its));
                    held.RemoveAt(pick % held.Count);
                    pool.Return([page]);
                }
                else if (kind == 8)
                {
                    pool.Sweep();
                }
                else
                {
                    pool.Trim();
                    Assert.Equal(held.Count * 4096, pool.AllocatedBytes);
                }

                Assert.Equal(held.Count, pool.Outstanding().Count);
                Assert.InRange(pool.AllocatedBytes, held.Count * 4096, Max * 4096);
                Assert.Equal(pool.AllocatedBytes - (held.Count * 4096), pool.CachedBytes);
            }

            Assert.All(held, static h => Assert.False(h.Page.GetSpan().ContainsAnyExcept(h.Mark)));
            pool.Return([.. held.Select(static h => h.Page)]);
        }, iter: 500);

    private static PagePool Make(int pages, bool mapped) =>
        new((long)pages * Size, Size, mapped ? MappedPageMemory.TryReserve((long)pages * Size, Size) : new HeapPageMemory(Size));

    private static int Resident(nint address, int length)
    {
        var map = new byte[length / Environment.SystemPageSize];
        Assert.Equal(0, MinCore(address, (nuint)length, map));
        return map.Count(static b => (b & 1) != 0);
    }

    [LibraryImport("libc", EntryPoint = "mincore")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MinCore(nint address, nuint length, byte[] map);
}
