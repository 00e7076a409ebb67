using Sluice.Checkpoints;
using Sluice.Integrity;
using Sluice.Parts;

namespace Sluice.Conformance.Checkpoints;

/// <summary>Records to test with; every field of them holds something.</summary>
internal static class Sample
{
    public const int PartSize = 5 << 20;

    public static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(30);

    private static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    public static string Id(int number) => number.ToString("x32", System.Globalization.CultureInfo.InvariantCulture);

    public static UploadRecord Record(int number, int generation = 1, UploadState state = UploadState.Transferring, string owner = "local", string? sourceKey = null) => new()
    {
        Id = Id(number),
        Owner = owner,
        Name = $"Über {number}.mp4",
        ContentType = "video/mp4",
        Length = 5L << 30,
        State = state,
        ConnectionId = "c0ffee",
        Target = new(TargetKind.Page, "00000000-0000-4000-8000-000000000001", "Files"),
        Caption = "a \"caption\"",
        SourceKey = sourceKey,
        Source = new("file", "/tmp/ü.mp4", 5L << 30, Noon.AddDays(-1).AddTicks(7), "259:12345"),
        Generation = generation == 0 ? null : Generation(generation),
        Created = Noon,
        Updated = Noon.AddMinutes(1),
    };

    public static UploadRecord Finished(UploadRecord record) => record with
    {
        State = UploadState.Done,
        Intent = new(IntentKind.Attach, record.Generation?.Number ?? 1, 7, Noon.AddMinutes(2), TimeSpan.FromSeconds(75)),
        Attached = new("00000000-0000-4000-8000-000000000001", null, "https://notion.so/x"),
        Sha256 = new string('a', 64),
        Error = new(Errors.ErrorCodes.NotionUnreachable, "once") { NotionStatus = 502, RequestId = "r", RetryAfter = TimeSpan.FromSeconds(1.5) },
    };

    public static GenerationRecord Generation(int number) =>
        new(number, $"fu-{number}", new PartPlan(5L << 30, PartSize, PartMode.Multi), Noon.AddMinutes(number), "video/mp4") { Completed = number > 1 };

    public static PartRow Row(int number, int generation = 1, byte seed = 1) => new(
        generation, number, PartSize,
        number % 2 == 0
            ? new PartProof(ProofKind.Alone, Bytes(32, seed), null)
            : new PartProof(ProofKind.Prefix, Bytes(32, seed), Bytes(112, (byte)(seed + 1))));

    public static byte[] Bytes(int length, byte seed) => [.. Enumerable.Range(seed, length).Select(value => (byte)value)];

    /// <summary>A row as text: byte arrays compare by reference.</summary>
    public static string Text(PartRow row) =>
        $"{row.Generation}/{row.Number}/{row.Length}/{row.Proof.Kind}/{Convert.ToHexString(row.Proof.Digest)}/{(row.Proof.State is { } state ? Convert.ToHexString(state) : "none")}";

    public static async Task<Lease> LeaseAsync(ICheckpointStore store, int upload, string holder = "a") =>
        (await store.Leases.AcquireAsync(LeaseKeys.Upload(Id(upload)), holder, LeaseTime, null, CancellationToken.None)).Lease
        ?? throw new InvalidOperationException("the lease is held");

    /// <summary>A record with a lease on it.</summary>
    public static async Task<(UploadRecord Record, Lease Lease)> BeginAsync(ICheckpointStore store, int number = 1, int generation = 1)
    {
        var record = Record(number, generation);
        await store.Uploads.CreateAsync(record, CancellationToken.None);
        return (record, await LeaseAsync(store, number));
    }
}
