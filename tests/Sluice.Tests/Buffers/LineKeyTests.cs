using CsCheck;
using Sluice.Buffers;
using Xunit;

namespace Sluice.Tests.Buffers;

public sealed class LineKeyTests
{
    private const long None = long.MaxValue;

    private static readonly Gen<LineKey> Keys = Gen.Select(Gen.Bool, Gen.Bool, Gen.Long[0, 3], Gen.Long[0, 3], Gen.Long[1, 5], static (a, h, g, d, n) => new LineKey(a, h, g, d, n));

    [Fact]
    public void The_order_is_the_designs()
    {
        LineKey[] inOrder =
        [
            new(true, false, 0, 100, 9),
            new(true, false, 0, 200, 8),
            new(true, false, 0, None, 3),
            new(true, false, 0, None, 7),
            new(true, false, 4, 50, 1),
            new(true, false, 5, 50, 1),
            new(true, true, 2, 10, 1),
            new(true, true, 6, 5, 1),
            new(false, false, 0, 1, 1),
            new(false, true, 1, 1, 1),
        ];

        for (var i = 0; i < inOrder.Length; i++)
        {
            for (var j = 0; j < inOrder.Length; j++)
            {
                Assert.Equal(Math.Sign(i.CompareTo(j)), Math.Sign(inOrder[i].CompareTo(inOrder[j])));
            }
        }
    }

    [Fact]
    public void It_is_a_total_order() =>
        Gen.Select(Keys, Keys, Keys).Sample(static (a, b, c) =>
        {
            Assert.Equal(Math.Sign(a.CompareTo(b)), -Math.Sign(b.CompareTo(a)));
            Assert.Equal(a == b, a.CompareTo(b) == 0);
            Assert.Equal(a < b, b > a);
            Assert.Equal(a <= b, b >= a);
            Assert.True(!(a < b && b < c) || a < c);
        }, iter: 20_000);
}
