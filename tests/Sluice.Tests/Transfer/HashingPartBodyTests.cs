using System.Security.Cryptography;
using Sluice.Errors;
using Sluice.Parts;
using Sluice.Transfer;
using Xunit;

namespace Sluice.Tests.Transfer;

public sealed class HashingPartBodyTests : IDisposable
{
    private const int Piece = 1 << 10;
    private const int PartSize = 16 * Piece;
    private const int Parts = 3;

    private readonly CountedSource _source;
    private readonly ReplayPartSupply _supply;

    public HashingPartBodyTests()
    {
        var bytes = new byte[(Parts * PartSize) - 100];
        new Random(7).NextBytes(bytes);
        _source = new CountedSource(bytes);
        _supply = new ReplayPartSupply(_source, new PartPlan(bytes.Length, PartSize, PartMode.Multi), Piece, hashing: true);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _supply.Dispose();

    [Fact]
    public async Task Parts_that_go_out_in_order_are_read_once_and_proved()
    {
        for (var number = 1; number <= Parts; number++)
        {
            using var part = await _supply.PrepareAsync(number, Token);
            Assert.Throws<InvalidOperationException>(() => part.Proof);
            await SendAsync(part, new LineStream());
            AssertProved(part, number);
        }

        Assert.Equal(_source.Length, _source.Read);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(_source.Bytes)), _supply.WholeDigest);
    }

    [Fact]
    public async Task A_late_piece_lets_the_next_part_be_made_ready_and_the_sender_goes_on_by_itself()
    {
        var first = await _supply.PrepareAsync(1, Token);
        var line = new LineStream();
        var late = line.Keep(5);
        var sending = first.Body.WriteToAsync(line, Token).AsTask();

        // The line stands still: the second part is made ready all the same, and goes out before the first.
        var second = await _supply.PrepareAsync(2, Token);
        await SendAsync(second, new LineStream());
        Assert.False(sending.IsCompleted);

        late.SetResult();
        await sending;
        Assert.Equal(Of(1), line.Taken);
        AssertProved(first, 1);
        AssertProved(second, 2);
    }

    [Fact]
    public async Task A_late_piece_that_nobody_waited_for_costs_no_second_reading()
    {
        var part = await _supply.PrepareAsync(1, Token);
        var line = new LineStream();
        var late = line.Keep(5);
        var sending = part.Body.WriteToAsync(line, Token).AsTask();
        late.SetResult();
        await sending;

        Assert.Equal(Of(1), line.Taken);
        Assert.Equal(PartSize, _source.Read);
        AssertProved(part, 1);
    }

    [Theory]
    [InlineData(PartSize / 2, true)]
    [InlineData(Piece, false)]
    public async Task Bytes_that_change_behind_a_late_piece_never_make_a_whole_part(int at, bool behind)
    {
        var part = await _supply.PrepareAsync(1, Token);
        var line = new LineStream();
        var late = line.Keep(5);
        var sending = part.Body.WriteToAsync(line, Token).AsTask();
        await _supply.PrepareAsync(2, Token);
        _source.Bytes[at] ^= 1;
        late.SetResult();
        if (!behind)
        {
            // What was sent before is what was hashed: the change comes too late for this part.
            await sending;
            return;
        }

        var error = await Assert.ThrowsAsync<SluiceException>(() => sending);
        Assert.Equal(ErrorCodes.SourceChanged, error.Error.Code);
        Assert.Equal(PartSize - Piece, line.Taken.Length);
    }

    [Fact]
    public async Task An_attempt_that_broke_is_made_again_with_the_same_bytes_and_the_same_proof()
    {
        var part = await _supply.PrepareAsync(1, Token);
        var broken = new LineStream();
        broken.Keep(6).SetException(new IOException("reset"));
        await Assert.ThrowsAsync<IOException>(() => part.Body.WriteToAsync(broken, Token).AsTask());

        var line = new LineStream();
        await SendAsync(part, line);
        Assert.Equal(Of(1), line.Taken);
        AssertProved(part, 1);
        using var second = await _supply.PrepareAsync(2, Token);
        await SendAsync(second, new LineStream());
        AssertProved(second, 2);
    }

    [Fact]
    public async Task An_attempt_that_broke_is_not_made_again_with_other_bytes()
    {
        var part = await _supply.PrepareAsync(1, Token);
        var broken = new LineStream();
        broken.Keep(6).SetException(new IOException("reset"));
        await Assert.ThrowsAsync<IOException>(() => part.Body.WriteToAsync(broken, Token).AsTask());

        _source.Bytes[10] ^= 1;
        var line = new LineStream();
        var error = await Assert.ThrowsAsync<SluiceException>(() => part.Body.WriteToAsync(line, Token).AsTask());
        Assert.Equal(ErrorCodes.SourceChanged, error.Error.Code);
        Assert.True(line.Taken.Length < PartSize);
    }

    [Fact]
    public async Task Who_hashes_the_rest_and_is_cancelled_leaves_it_to_the_sender()
    {
        var part = await _supply.PrepareAsync(1, Token);
        var line = new LineStream();
        var late = line.Keep(5);
        var sending = part.Body.WriteToAsync(line, Token).AsTask();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _supply.PrepareAsync(2, cancelled.Token).AsTask());

        late.SetResult();
        await sending;
        Assert.Equal(Of(1), line.Taken);
        AssertProved(part, 1);
    }

    [Fact]
    public async Task The_next_part_waits_until_the_one_before_began_and_was_hashed()
    {
        var first = await _supply.PrepareAsync(1, Token);
        var next = _supply.PrepareAsync(2, Token).AsTask();
        Assert.False(next.IsCompleted);

        await SendAsync(first, new LineStream());
        using var second = await next;
        await SendAsync(second, new LineStream());
        AssertProved(second, 2);
    }

    [Fact]
    public async Task A_single_part_is_proved_before_it_is_sent()
    {
        using var supply = new ReplayPartSupply(_source, new PartPlan(_source.Length, _source.Length, PartMode.Single), Piece, hashing: true);
        using var part = await supply.PrepareAsync(1, Token);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(_source.Bytes)), supply.WholeDigest);
        var line = new LineStream();
        await SendAsync(part, line);
        Assert.Equal(_source.Bytes, line.Taken);
    }

    private static async Task SendAsync(PreparedPart part, LineStream line) => await part.Body.WriteToAsync(line, Token);

    private byte[] Of(int number) => _source.Bytes[((number - 1) * PartSize)..Math.Min(number * PartSize, _source.Bytes.Length)];

    private void AssertProved(PreparedPart part, int number) =>
        Assert.Equal(SHA256.HashData(_source.Bytes.AsSpan(0, Math.Min(number * PartSize, _source.Bytes.Length))), part.Proof.Digest);
}
