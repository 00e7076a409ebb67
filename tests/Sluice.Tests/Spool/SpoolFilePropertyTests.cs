using CsCheck;
using Sluice.Spool;
using Xunit;

namespace Sluice.Tests.Spool;

/// <summary>
/// Any order of appends, syncs, cuts and failed writes, then a kill or a power loss that tears every unsynced write at any
/// byte: what the file then holds is what was appended, never less than what was synced, never a byte of something else.
/// </summary>
public sealed class SpoolFilePropertyTests
{
    private static readonly Gen<(int Kind, int Amount)[]> Steps = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 20_000]).Array[1, 30];

    [Fact]
    public void A_kill_loses_nothing() => Steps.Sample(static steps =>
    {
        using var run = new Run(steps);
        run.Close();
        using var again = run.Reopen(SpoolFolderFixture.Boot);
        Assert.Equal(run.Expected, Run.All(again));
    }, iter: 300, threads: 1);

    [Fact]
    public void A_power_loss_loses_at_most_what_was_not_synced() => Gen.Select(Steps, Gen.Int).Sample(static (steps, seed) =>
    {
        using var run = new Run(steps);
        run.Close();
        run.LosePower(seed);
        if (run.EverSynced)
        {
            using var again = run.Reopen(SpoolFolderFixture.NextBoot);
            var there = Run.All(again);
            Assert.InRange(there.Length, run.Synced, run.Expected.Length);
            Assert.Equal(run.Expected.AsSpan(0, there.Length).ToArray(), there);
        }
        else if (SpoolFile.OpenExisting(run.Disk, run.Path, SpoolFolderFixture.NextBoot).File is { } opened)
        {
            using (opened)
            {
                Assert.Equal(0, opened.Length);
            }
        }
    }, iter: 1000, threads: 1);

    private sealed class Run : IDisposable
    {
        private readonly SpoolFolderFixture _fixture = new();
        private readonly SpoolFile _file;
        private readonly List<byte> _expected = [];

        public Run((int Kind, int Amount)[] steps)
        {
            Path = System.IO.Path.Combine(_fixture.State, "upload.spool");
            _file = SpoolFile.Create(Disk, Path, SpoolFolderFixture.Boot).File!;
            var random = new Random(steps.Length);
            foreach (var (kind, amount) in steps)
            {
                Step(kind, amount, random);
                Assert.Equal(_expected.Count, _file.Length);
            }
        }

        public string Path { get; }

        public TestDisk Disk => _fixture.Disk;

        public byte[] Expected => [.. _expected];

        public int Synced { get; private set; }

        public bool EverSynced { get; private set; }

        public void Close() => _file.Dispose();

        public void LosePower(int seed) => Disk.LosePower(Path, new Random(seed));

        public SpoolFile Reopen(Guid boot) => SpoolFile.OpenExisting(Disk, Path, boot).File ?? throw new InvalidOperationException("It cannot be opened.");

        public static byte[] All(SpoolFile file)
        {
            var bytes = new byte[file.Length];
            Assert.True(file.Read(bytes, 0, out _).IsOk);
            return bytes;
        }

        public void Dispose()
        {
            _file.Dispose();
            _fixture.Dispose();
        }

        private void Step(int kind, int amount, Random random)
        {
            var bytes = new byte[amount];
            random.NextBytes(bytes);
            switch (kind)
            {
                case < 6:
                    Assert.True(_file.Append(bytes).IsOk);
                    _expected.AddRange(bytes);
                    break;
                case 6 when amount > 0:
                    Disk.Room = amount / 2;
                    Assert.False(_file.Append(bytes).IsOk);
                    Disk.Room = null;
                    break;
                case 7:
                    var keep = amount % (_expected.Count + 1);
                    Assert.True(_file.Truncate(keep).IsOk);
                    EverSynced |= Synced > keep;
                    Synced = Math.Min(Synced, keep);
                    _expected.RemoveRange(keep, _expected.Count - keep);
                    break;
                default:
                    Assert.True(_file.Sync().IsOk);
                    (Synced, EverSynced) = (_expected.Count, true);
                    break;
            }
        }
    }
}
