using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Spool;

namespace Sluice.Tests.Spool;

/// <summary>A folder of its own for one test, gone afterwards.</summary>
internal sealed class SpoolFolderFixture : IDisposable
{
    public static Guid Boot { get; } = Guid.Parse("11111111-2222-3333-4444-555555555555");

    public static Guid NextBoot { get; } = Guid.Parse("99999999-2222-3333-4444-555555555555");

    public string State { get; } = Directory.CreateTempSubdirectory("sluice-").FullName;

    public TestDisk Disk { get; } = new();

    public SpoolOptions Options { get; } = new();

    public SpoolVolume Volume { get; set; } = new(100L << 30, "ext4", IsDisk: true);

    public string Path(string id) => System.IO.Path.Combine(State, "spool", SpoolPlace.NameOf(id));

    public bool IsThere(string id) => File.Exists(Path(id));

    public SpoolFolder Open(bool wholeDisk = false, bool diesWithProcess = false) =>
        new(new SpoolPlace(State, Options.Directory), Options, _ => Volume, NullLogger.Instance) { Disk = Disk, Boot = Boot, WholeDisk = wholeDisk, DiesWithProcess = diesWithProcess };

    public void Dispose() => Directory.Delete(State, recursive: true);

    /// <summary>Bytes of which no two windows look alike.</summary>
    public static byte[] Bytes(long length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
