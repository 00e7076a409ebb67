using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Checkpoints;
using Sluice.Parts;
using Sluice.Relay;
using Sluice.Spool;
using Sluice.Tests.Spool;
using Sluice.Tests.Transfer;
using Sluice.Transfer;
using Xunit;

namespace Sluice.Tests.Relay;

/// <summary>
/// Bodies of any size, acknowledgements, sessions that stop and give back, clean ends, kills and power losses in any order: the
/// offset told is where the next body is accepted, it never passes what was taken and never falls below what Notion has, a clean
/// end loses nothing, and what Notion has in the end is the file.
/// </summary>
public sealed class OffsetPropertyTests
{
    private const int Length = 400_000;
    private const int Part = 100_000;

    private static readonly byte[] File = SpoolFolderFixture.Bytes(Length);
    private static readonly PartPlan Plan = new(Length, Part, PartMode.Multi);

    [Fact]
    public Task Whatever_happens_the_offset_is_right_and_the_file_arrives() =>
        Gen.Select(Gen.Select(Gen.Int[0, 7], Gen.Int[1, 150_000]).Array[5, 40], Gen.Int).SampleAsync(
            static async (steps, seed) =>
            {
                await using var life = new Life(seed);
                foreach (var (kind, amount) in steps)
                {
                    await (kind switch
                    {
                        0 => life.EndAsync(clean: true, power: false),
                        1 => life.EndAsync(clean: false, power: false),
                        2 => life.EndAsync(clean: amount % 2 == 0, power: true),
                        3 => life.AcknowledgeAsync(),
                        4 => life.TrickleAsync(amount),
                        _ => life.BodyAsync(amount),
                    });
                }

                while (life.Prefix < Length)
                {
                    await life.BodyAsync(Part);
                    await life.AcknowledgeAsync();
                }

                Assert.Equal(File, life.AtNotion);
            },
            iter: 150,
            threads: 1);

    /// <summary>One upload through the lives of its processes.</summary>
    private sealed class Life : IAsyncDisposable
    {
        private readonly FillWorld _memory = new();
        private readonly SpoolKeeperFixture _records = new(64 << 20);
        private readonly List<SpoolFolderFixture> _disks = [];
        private readonly Random _random;
        private SpoolFolder _folder;
        private ClientFeed _feed;
        private RelayPartSupply _supply;
        private CancellationTokenSource _stop = new();
        private Queue<PreparedPart> _ready = [];
        private Task<PreparedPart>? _filling;
        private Guid _boot = Guid.NewGuid();
        private int _next;

        public Life(int seed)
        {
            _random = new Random(seed);
            _disks.Add(new SpoolFolderFixture());
            (_folder, _feed, _supply) = Open(_boot);
        }

        public long Prefix => Math.Min(Length, AtNotion.Length);

        public byte[] AtNotion { get; private set; } = [];

        private SpoolFolderFixture Files => _disks[^1];

        /// <summary>A body from where the client was told; the session fills parts from it.</summary>
        public async Task BodyAsync(int amount)
        {
            var from = (int)_feed.Taken;
            Fill();
            if (from == Length)
            {
                await FilledAsync();
                return;
            }

            var count = Math.Min(amount, Length - from);
            if (from > 0)
            {
                Assert.Equal(BodyEnd.WrongOffset, await _feed.RunAsync(new MemoryStream(File), from - 1, Length - from, CancellationToken.None));
            }

            var body = _feed.RunAsync(new MemoryStream(File, from, count), from, count, CancellationToken.None);
            while (!body.IsCompleted)
            {
                if (_ready.Count > 2)
                {
                    await AcknowledgeAsync();
                }

                Fill();
                await Task.WhenAny(body, (Task?)_filling ?? body);
                await FilledAsync();
            }

            Assert.Equal(BodyEnd.Whole, await body);
            Assert.Equal(from + count, _feed.Taken);
            Fill();
            await FilledAsync();
        }

        /// <summary>The oldest part that is ready is at Notion.</summary>
        public async Task AcknowledgeAsync()
        {
            await FilledAsync();
            if (_ready.TryDequeue(out var part))
            {
                AtNotion = [.. AtNotion, .. await FillWorld.BytesAsync(part)];
                await _supply.ForgetBeforeAsync(Prefix);
                part.Dispose();
                Fill();
            }
        }

        /// <summary>The session takes nothing for a while, and a window goes to the disk.</summary>
        public async Task TrickleAsync(int amount)
        {
            await StopAsync(giveBack: true);
            Begin();
            var from = (int)_feed.Taken;
            if (from == Length)
            {
                return;
            }

            var body = _feed.RunAsync(new MemoryStream(File, from, Math.Min(amount, Length - from)), from, Math.Min(amount, Length - from), CancellationToken.None);
            _memory.Time.Advance(TimeSpan.FromSeconds(40));
            Assert.True(await _feed.EndBodyAsync(TimeSpan.FromSeconds(2)));
            await body;
            Assert.InRange(_feed.Taken, from, from + amount);
        }

        /// <summary>The process ends and another begins.</summary>
        public async Task EndAsync(bool clean, bool power)
        {
            var told = _feed.Taken;
            if (clean)
            {
                await StopAsync(giveBack: true);
                await _feed.CloseAsync();
            }

            var next = new SpoolFolderFixture();
            if (System.IO.File.Exists(Files.Path("u1")))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(next.Path("u1"))!);
                var left = clean ? await System.IO.File.ReadAllBytesAsync(Files.Path("u1"), CancellationToken.None) : Files.Disk.Left;
                await System.IO.File.WriteAllBytesAsync(next.Path("u1"), left, CancellationToken.None);
                if (power)
                {
                    Files.Disk.LosePower(next.Path("u1"), _random);
                }

                next.Disk.Begin(await System.IO.File.ReadAllBytesAsync(next.Path("u1"), CancellationToken.None));
            }

            if (!clean)
            {
                await StopAsync(giveBack: false);
                await _feed.CloseAsync();
            }

            _folder.Dispose();
            _disks.Add(next);
            (_folder, _feed, _supply) = Open(_boot = power ? Guid.NewGuid() : _boot);
            Begin(_supply);
            Assert.InRange(_feed.Taken, Prefix, told);
            Assert.True(!clean || _feed.Taken == told, $"A clean end loses nothing: {told:N0} was told, {_feed.Taken:N0} is.");
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync(giveBack: false);
            await _feed.CloseAsync();
            _folder.Dispose();
            _disks.ForEach(static d => d.Dispose());
            _records.Dispose();
            _memory.Dispose();
        }

        private (SpoolFolder Folder, ClientFeed Feed, RelayPartSupply Supply) Open(Guid boot)
        {
            var files = Files;
            files.Options.MaxBytes = 64 << 20;
            var folder = new SpoolFolder(new SpoolPlace(files.State, null), files.Options, _ => files.Volume, NullLogger.Instance) { Disk = files.Disk, Boot = boot };
            var keeper = new SpoolKeeper(folder, _records.Store, "c", new LeaseOptions(), _records.Time, NullLogger.Instance);
            var feed = new ClientFeed(Length, Prefix, SpoolRun.Open(keeper, "u1", Length, Prefix), FeedOptions.Default, _memory.Time);
            return (folder, feed, _memory.Supply(feed, Plan, hashing: false));
        }

        private void Begin() => Begin(_supply = _memory.Supply(_feed, Plan, hashing: false));

        private void Begin(RelayPartSupply supply)
        {
            (_stop, _ready, _filling) = (new CancellationTokenSource(), [], null);
            _next = (int)(Prefix / Part) + 1;
            if (_next > 1)
            {
                supply.BeginBehind(new PartRow(1, _next - 1, Part, new Sluice.Integrity.PartProof(Sluice.Integrity.ProofKind.Prefix, [], null)));
            }
        }

        private void Fill()
        {
            if (_filling is null && _next is 0)
            {
                _next = 1;
            }

            if (_filling is null && _next <= Plan.Count && _ready.Count < 3)
            {
                _filling = _supply.PrepareAsync(_next++, _stop.Token).AsTask();
            }
        }

        /// <summary>Takes what is filled, and what fills from the disk alone.</summary>
        private async Task FilledAsync()
        {
            while (_filling is { } filling && (filling.IsCompleted || _feed.Taken >= Plan.EndOf(_next - 1)))
            {
                _ready.Enqueue(await filling);
                _filling = null;
                Fill();
            }
        }

        private async Task StopAsync(bool giveBack)
        {
            await _stop.CancelAsync();
            if (_filling is { } filling)
            {
                await ((Task)filling).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (filling.IsCompletedSuccessfully)
                {
                    _ready.Enqueue(await filling);
                }
            }

            _filling = null;
            if (giveBack)
            {
                await _supply.GiveBackAsync(Prefix, [.. _ready]);
            }

            foreach (var part in _ready)
            {
                part.Dispose();
            }

            _ready = [];
            _supply.Dispose();
        }
    }
}
