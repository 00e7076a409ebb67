using System.IO.Pipelines;
using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;
using Sluice.AspNetCore.Tus;
using Xunit;

namespace Sluice.Tests.Tus;

public sealed class HeldBodyTests
{
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65535)]
    [InlineData(65536)]
    [InlineData(65537)]
    [InlineData(300_000)]
    public async Task A_body_is_held_whole_matched_and_read_back(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        using var held = new HeldBody();
        Assert.Equal(HeldBody.Fill.Whole, await held.FillAsync(new MemoryStream(bytes), length, TimeSpan.FromSeconds(60), _time, Test));
        Assert.True(held.Matches(new TusChecksum(HashAlgorithmName.SHA256, SHA256.HashData(bytes))));
        Assert.False(held.Matches(new TusChecksum(HashAlgorithmName.SHA256, SHA256.HashData([.. bytes, 0]))));
        var copy = new MemoryStream();
        await held.CopyToAsync(copy, 1000, Test);
        Assert.Equal(bytes, copy.ToArray());
    }

    [Fact]
    public async Task A_body_longer_than_allowed_and_one_that_stands_still_end()
    {
        using var longer = new HeldBody();
        Assert.Equal(HeldBody.Fill.TooLong, await longer.FillAsync(new MemoryStream(new byte[11]), 10, TimeSpan.FromSeconds(60), _time, Test));
        using var still = new HeldBody();
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(new byte[5], Test);
        var fill = still.FillAsync(pipe.Reader.AsStream(), 10, TimeSpan.FromSeconds(60), _time, Test).AsTask();
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(fill.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HeldBody.Fill.Idle, await fill);
    }

    [Fact]
    public void Room_is_one_parts_worth_for_all()
    {
        var room = new ChecksumRoom();
        Assert.True(room.TryTake(ChecksumRoom.Most - 5));
        Assert.False(room.TryTake(6));
        Assert.True(room.TryTake(5));
        room.Return(ChecksumRoom.Most);
        Assert.True(room.TryTake(ChecksumRoom.Most));
    }
}
