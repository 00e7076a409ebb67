using Sluice.Parts;
using Sluice.Relay;
using Sluice.Spool;
using Sluice.Tests.Resilience;
using Sluice.Tests.Spool;
using Sluice.Tests.Transfer;
using Sluice.Transfer;
using Xunit;

namespace Sluice.Tests.Relay;

/// <summary>
/// The named cases: a spool of 64 MiB, six tickets and 1,000 patient slow clients of 2 MiB; and a spool with no room for a part
/// while all tickets are slow. Nobody waits for ever, and every byte arrives.
/// </summary>
[Collection(AloneOnVirtualTime.Name)]
public sealed class PatientCrowdTests : IDisposable
{
    private const int Length = 2 << 20;

    private static readonly byte[] File = SpoolFolderFixture.Bytes(Length);

    private readonly FillWorld _world = new(bufferMb: 12);
    private readonly SpoolKeeperFixture _records = new(64 << 20);
    private readonly SpoolFolderFixture _files = new();
    private readonly SemaphoreSlim _senders = new(3, 3);
    private int _done;
    private int _wrong;
    private int _fromDisk;

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _world.Dispose();
        _records.Dispose();
        _files.Dispose();
        _senders.Dispose();
    }

    [Theory]
    [InlineData(1000, 64, true)]
    [InlineData(40, 1, false)]
    public async Task Patient_clients_end_with_every_byte(int clients, int spoolMb, bool hasRoom)
    {
        _files.Options.MaxBytes = (long)spoolMb << 20;
        using var folder = new SpoolFolder(new SpoolPlace(_files.State, null), _files.Options, _ => _files.Volume, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        var keeper = new SpoolKeeper(folder, _records.Store, "c", new Sluice.Checkpoints.LeaseOptions(), _records.Time, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        var uploads = Enumerable.Range(0, clients).Select(i => UploadAsync(keeper, $"u{i}")).ToArray();
        await _world.Time.PassUntil(() => Volatile.Read(ref _done) == clients, TimeSpan.FromDays(14), TimeSpan.FromSeconds(1));
        await Task.WhenAll(uploads);
        Assert.Equal(0, _wrong);
        Assert.Equal(0, _world.Buffers.Budget.TicketBytes);
        Assert.Equal(0, _world.Lanes.SlowTickets);
        Assert.Equal(folder.Trickle().ShareBytes, folder.Space().ReservedBytes);
        Assert.Equal(0, folder.Trickle().TakenBytes);
        Assert.Equal(hasRoom, _fromDisk > 0);
    }

    /// <summary>A client of 100 kB/s, who comes back where he is told whenever his body is cut, and a session that sends one part in a second.</summary>
    private async Task UploadAsync(SpoolKeeper keeper, string id)
    {
        await Task.Yield();
        await using var feed = new ClientFeed(Length, 0, keeper.OpenRun(id, Length, 0), FeedOptions.Default, _world.Time);
        var client = ClientAsync(feed);
        using (var supply = _world.Supply(feed, new PartPlan(Length, Length, PartMode.Single), id, hashing: false))
        {
            using var part = await supply.PrepareAsync(1, CancellationToken.None);
            await _senders.WaitAsync(Test);
            await Task.Delay(TimeSpan.FromSeconds(1), _world.Time, Test);
            Interlocked.Add(ref _wrong, (await FillWorld.BytesAsync(part)).AsSpan().SequenceEqual(File) ? 0 : 1);
            Interlocked.Add(ref _fromDisk, part.Body is DiskPartBody ? 1 : 0);
            _senders.Release();
        }

        await client;
        await feed.ForgetAsync();
        await feed.CloseAsync();
        Interlocked.Increment(ref _done);
    }

    private async Task ClientAsync(ClientFeed feed)
    {
        while (feed.Taken < Length)
        {
            var from = (int)feed.Taken;
            await feed.RunAsync(new SlowStream(new MemoryStream(File, from, Length - from), _world.Time), from, Length - from, CancellationToken.None);
        }
    }

    /// <summary>Gives a piece after each rest: 100 kB/s.</summary>
    private sealed class SlowStream(MemoryStream bytes, TimeProvider time) : Stream
    {
        private const int Piece = 256 << 10;

        private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(2500);

        /// <summary>The first bytes lie in the socket already.</summary>
        private int _left = Piece;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_left == 0)
            {
                await Task.Delay(Rest, time, cancellationToken);
                _left = Piece;
            }

            var read = bytes.Read(buffer.Span[..Math.Min(buffer.Length, _left)]);
            _left -= read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
