using System.Security.Cryptography;
using Sluice.Checkpoints;
using Sluice.Notion;
using Sluice.Relay;

namespace Sluice.Simulation;

/// <summary>What never breaks of uploads that clients bring, as checks on a world.</summary>
internal static class GatewayInvariants
{
    /// <summary>A window every 40 s; a look happens only where something does, and a window is taken in reads.</summary>
    private static readonly long WindowWithin = TimeSpan.FromSeconds(50).Ticks;

    /// <summary>True of every offset in the moment in which it is told.</summary>
    public static void Told(World world, IRelayUpload upload) => world.Guard(() =>
    {
        var (record, offset) = (upload.Record, upload.Offset);
        var file = world.Files[record.Name];

        // 3. The end only when everything succeeded.
        if (offset >= record.Length)
        {
            var kept = world.Store.State.Uploads.GetValueOrDefault(record.Id)?.Record;
            Violation.Unless(kept is { State: UploadState.Done }, () => $"the end of '{record.Name}' was told, its record says {kept?.State.ToString() ?? "nothing"}");
            Violation.Unless(record.Target.Kind == TargetKind.None || kept!.Attached is not null, () => $"the end of '{record.Name}' was told, and it is not attached");
        }

        // 2. Never more than a client has brought, without a gap: bodies are accepted only where the last one ended.
        Violation.Unless(offset <= file.Delivered, () => $"offset {offset} of '{record.Name}' was told, clients have brought {file.Delivered}");
    });

    /// <summary>True at every instant.</summary>
    public static void Always(World world, Gateway gateway, GatewayPlan plan)
    {
        if (gateway.Front is not { } front || gateway.Process.Dead)
        {
            return;
        }

        foreach (var serving in front.Bodies)
        {
            var offset = serving.Upload.Offset;
            var left = Math.Min(serving.Body.EndsAt - serving.Body.Taken, serving.Upload.Record.Length - 1 - offset);
            var window = Math.Min(plan.Window, serving.Body.Rate > 0 ? serving.Body.Rate * 40 : long.MaxValue);

            // 9. It advances by a window in time, where there is a disk with room; without one a held upload stands still until it is its turn, and while the store is away nobody has the right to move it.
            if (offset - serving.From >= window || offset < serving.From || left < window || !serving.Body.Gives)
            {
                (serving.From, serving.Since) = (offset, world.Time.Now);
            }

            Violation.Unless(
                plan.Room < serving.Upload.Record.Length || world.Scenario.StoreAway > TimeSpan.Zero || world.Time.Now - serving.Since <= WindowWithin,
                () => $"'{serving.Upload.Record.Name}' stands at {offset} since {TimeSpan.FromTicks(serving.Since)}, it is {serving.Upload.Snapshot().State} and waits for {serving.Upload.Snapshot().Wait}, and its client would send");
            Waits(world, serving.Upload);
        }
    }

    /// <summary>True of every file when all clients are gone.</summary>
    public static void Ended(World world, bool mayFail)
    {
        foreach (var file in world.Files.Values)
        {
            var records = world.Store.State.Uploads.Values.Select(u => u.Record).Where(r => r.Name == file.Name).ToArray();
            var done = Array.FindAll(records, static r => r.State == UploadState.Done);
            if (mayFail && done.Length == 0)
            {
                Violation.Unless(world.Notion.Attachments.TrueForAll(a => a.Name != file.Name), () => $"'{file.Name}' is not done and attached");
                continue;
            }

            // 4. and 1.
            Violation.Unless(done.Length == 1, () => $"'{file.Name}' is done {done.Length} times: {string.Join(", ", records.Select(r => $"{r.Id} {r.State} {r.Error}"))}");
            var record = done[0];
            var stored = world.Notion.Uploads.Single(u => u.Id == record.Generation!.FileUploadId);
            // Without a target it is gone an hour later.
            Violation.Unless(stored.Status == NotionUploadStatus.Uploaded || (record.Target.Kind == TargetKind.None && stored.CompletedTicks is not null), () => $"'{file.Name}' is done, Notion says {stored.Status}");
            if (record.Target.Kind != TargetKind.None)
            {
                Violation.Unless(stored.Attaches == 1 && world.Notion.Attachments.Count(a => a.Name == file.Name) == 1, () => $"'{file.Name}' was attached {stored.Attaches} times");
            }

            // 11. Every byte is one that its client had there, and the digest is of what is there.
            var bytes = stored.Bytes();
            Violation.Unless(bytes.Length == file.Length, () => $"'{file.Name}' is done with {bytes.Length} bytes of {file.Length}");
            var wrong = Enumerable.Range(0, bytes.Length).FirstOrDefault(i => bytes[i] != file.Original[i] && (!file.Changed || bytes[i] != file.Bytes[i]), -1);
            Violation.Unless(wrong < 0, () => $"byte {wrong} of '{file.Name}' at Notion is none that a client sent there");
            Violation.Unless(record.Sha256 is null || record.Sha256 == Convert.ToHexStringLower(SHA256.HashData(bytes)), () => $"the digest told of '{file.Name}' is not that of its bytes");
        }
    }

    /// <summary>10. What moves waits for something with a name.</summary>
    private static void Waits(World world, IRelayUpload upload)
    {
        var seen = upload.Snapshot();
        if (upload.IsOver || seen.Wait != Diagnostics.WaitReason.None)
        {
            world.Nameless.Remove(upload);
        }
        else
        {
            world.Nameless.TryAdd(upload, world.Time.Now);
            Violation.Unless(world.Time.Now - world.Nameless[upload] < TimeSpan.FromSeconds(10).Ticks, () => $"'{seen.Name}' ({seen.State}) waits for nothing that has a name");
        }
    }
}
