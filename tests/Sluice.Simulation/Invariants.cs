using System.Security.Cryptography;
using Sluice.Checkpoints;
using Sluice.Checkpoints.InMemory;
using Sluice.Diagnostics;
using Sluice.Notion;

namespace Sluice.Simulation;

/// <summary>What never breaks, as checks on a world. docs/testing.md has the table: number, check, how it was broken on purpose.</summary>
internal static class Invariants
{
    /// <summary>An upload that moves always waits for something with a name; the steps between two waits take no time.</summary>
    private static readonly long Nameless = TimeSpan.FromSeconds(10).Ticks;

    /// <summary>True at every instant.</summary>
    public static void Always(World world)
    {
        foreach (var process in world.Living)
        {
            // 6. Memory.
            var memory = process.Client.Engine.Buffers.Budget;
            Must(memory.TicketBytes <= memory.Limit && memory.CommittedBytes <= memory.Limit, () => $"tickets of {memory.TicketBytes} bytes and {memory.CommittedBytes} committed, the budget is {memory.Limit}");
            foreach (var upload in process.Uploads)
            {
                if (!upload.Over)
                {
                    Upload(world, process, upload);
                }
            }
        }
    }

    /// <summary>True when a call leaves its process.</summary>
    public static void Leaves(World world, Process process, Call call)
    {
        if (call.FileUploadId is not { } id || call.Kind == "retrieve" || Find(world.Store.State, id) is not { } upload)
        {
            return;
        }

        var record = upload.Record;
        var lease = world.Store.State.Leases.GetValueOrDefault(LeaseKeys.Upload(record.Id));
        var holds = lease?.Holder == process.Name;

        // 5. Who has not the lease moves nothing, but for a process that was stopped with the call in its hand.
        Must(holds || process.WasStopped || lease is null || lease.Until <= world.Time.Now, () => $"{process.Name} makes the call '{call}', the lease is {lease?.Holder}'s");

        // 1. What is recorded is not sent again.
        Must(!holds || call.Part is not { } part || !upload.Parts.ContainsKey(part) || world.Notion.Find(id)?.Parts.ContainsKey(part) == false, () => $"'{call}' although its row is there");

        // 12. Nothing is begun in the hour's last minute.
        var age = TimeSpan.FromTicks(world.Time.Now - (world.Notion.Find(id)?.CreatedTicks ?? 0));
        Must(process.WasStopped || age < world.Scenario.Limits.Deadline + TimeSpan.FromSeconds(3), () => $"'{call}' {age} after the upload was made");

        // 4. The intent is durable, and of this very call.
        if (call.Once is { } kind)
        {
            var intent = Find(world.Store.Synced, id)?.Record.Intent;
            Must(process.WasStopped && !holds ? intent is null || intent.Kind == kind : intent?.Kind == kind, () => $"'{call}' without a durable intent, there is {intent?.Kind.ToString() ?? "none"}");
            Must(!holds || intent?.Fence == lease!.Fence, () => $"'{call}' under the intent of fence {intent?.Fence}, the lease has {lease!.Fence}");
        }
    }

    /// <summary>True after each call to the store that took effect.</summary>
    public static void Written(World world, Process process, string operation)
    {
        var now = world.Store.State.Uploads;
        if (ReferenceEquals(now, world.Written))
        {
            return;
        }

        // 5. Only who has the lease changes an upload (removing what is too old is anybody's).
        foreach (var (id, upload) in now)
        {
            if (world.Written.TryGetValue(id, out var before) && !ReferenceEquals(before, upload))
            {
                var holder = world.Store.State.Leases.GetValueOrDefault(LeaseKeys.Upload(id))?.Holder;
                Must(holder == process.Name, () => $"{process.Name} wrote to '{upload.Record.Name}' ({operation}), the lease is {holder ?? "nobody"}'s");
            }
        }

        world.Written = now;
        if (operation == "uploads.add_parts")
        {
            RowsAreAtNotion(world);
        }
    }

    /// <summary>1. A row is written only after Notion has the part (the sends of a generation that is over do not count).</summary>
    private static void RowsAreAtNotion(World world)
    {
        if (world.Scenario.Generated)
        {
            return;
        }

        foreach (var upload in world.Store.State.Uploads.Values)
        {
            if (upload.Record.Generation is not { } generation || world.Notion.Find(generation.FileUploadId) is not { } stored)
            {
                continue;
            }

            foreach (var row in upload.Parts.Values)
            {
                Must(stored.Status == NotionUploadStatus.Uploaded || (stored.Parts.TryGetValue(row.Number, out var part) && part.Length == row.Length), () => $"part {row.Number} of '{upload.Record.Name}' has a row, and Notion has it not");
            }
        }
    }

    /// <summary>True of an upload that said it is done.</summary>
    public static void Done(World world, Upload upload, UploadResult result)
    {
        var name = upload.Source.Name;
        var stored = world.Notion.Uploads.FirstOrDefault(u => u.Id == result.FileUploadId);
        Must(stored is not null, () => $"'{name}' is done, but Notion does not know {result.FileUploadId}");
        // Without a target it is gone an hour later, and may be when this is asked.
        Must(stored!.Status == NotionUploadStatus.Uploaded || (upload.To == "none" && stored.CompletedTicks is not null), () => $"'{name}' is done, but Notion says {stored.Status}");
        Must(stored.Parts.Values.Sum(p => p.Length) == upload.Source.Length, () => $"'{name}' is done with {stored.Parts.Values.Sum(p => p.Length)} bytes of {upload.Source.Length}");

        // 3. The last byte is told with the end.
        Must(upload.Handle.Snapshot().Offset == upload.Source.Length, () => $"'{name}' is done at offset {upload.Handle.Snapshot().Offset} of {upload.Source.Length}");
        if (!upload.Source.IsGenerated)
        {
            // 11. One version of the file, never a mixture, and the digest is of what is there.
            var bytes = stored.Bytes();
            Must(bytes.AsSpan().SequenceEqual(upload.Source.Bytes) || bytes.AsSpan().SequenceEqual(upload.Source.Original), () => $"'{name}' is done, but the bytes at Notion never were the file's");
            var sha = Convert.ToHexStringLower(SHA256.HashData(bytes));
            Must(result.Sha256 == sha, () => $"'{name}' has sha256 {sha}, told was {result.Sha256 ?? "nothing"}");
        }

        if (upload.To != "none")
        {
            Must(stored.Attaches == 1, () => $"'{name}' was attached {stored.Attaches} times");
        }
    }

    /// <summary>4. A name is attached once, whatever answers were lost and however many generations it took; and what was attached stays.</summary>
    public static void AttachedOnce(World world, IEnumerable<SimulatedSource> files)
    {
        foreach (var file in files)
        {
            var uploads = world.Notion.Uploads.Where(u => u.FileName == file.Name).ToArray();
            Must(uploads.Sum(u => u.Attaches) == 1, () => $"'{file.Name}' was attached {uploads.Sum(u => u.Attaches)} times");
            Must(world.Notion.Attachments.Count(a => a.Name == file.Name) == 1, () => $"'{file.Name}' is at its target {world.Notion.Attachments.Count(a => a.Name == file.Name)} times");
        }
    }

    /// <summary>1. A crash costs at most what was on its way.</summary>
    public static void LittleIsSentAgain(World world, int kills)
    {
        foreach (var upload in world.Notion.Uploads)
        {
            var again = upload.Sends.Values.Sum(s => s - 1);
            var most = kills * (3 + 1 + (world.Scenario.IntervalParts > 1 ? world.Scenario.IntervalParts + 3 : 0));
            Must(again <= most, () => $"{again} parts of '{upload.FileName}' were sent again after {kills} kills, {most} were to be expected");
        }
    }

    /// <summary>12. No upload that was made misses its hour.</summary>
    public static void NoneExpired(World world)
    {
        // One without a part was made by a create whose answer was lost: nobody knows it.
        var late = world.Notion.Uploads.FirstOrDefault(u => u.CompletedTicks is null && u.Parts.Count > 0 && u.ExpiryTicks <= world.Time.Now);
        Must(late is null, () => $"'{late!.FileName}' was made and not whole within its hour");
    }

    /// <summary>True of a process that closed its engine: nothing of it is left.</summary>
    public static void NothingLeft(World world, Process process)
    {
        var engine = process.Client.Engine;
        Must(engine.Buffers.Budget.TicketBytes == 0, () => $"{process.Name} closed and holds tickets of {engine.Buffers.Budget.TicketBytes} bytes");
        Must(engine.Buffers.Pool.Outstanding().Count == 0, () => $"{process.Name} closed with pages out, one is {engine.Buffers.Pool.Outstanding()[0].Owner}'s");
        Must(engine.Connection.Pipeline.Snapshot().InFlight == 0, () => $"{process.Name} closed with {engine.Connection.Pipeline.Snapshot().InFlight} permits out");
        Must(process.Time.Armed == 0, () => $"{process.Name} closed with {process.Time.Armed} timers armed");

        // A target's lease is kept where the process was stopped in the middle of an attach, or while it waited for that of a killed one: who comes next waits for that call.
        var mayKeep = world.Scenario.Kills > 0 || world.Store.State.Uploads.Values.Any(static u => u.Record.Intent is { Kind: IntentKind.Attach });
        var lease = world.Store.State.Leases.FirstOrDefault(l => l.Value.Holder == process.Name && l.Value.Until > world.Time.Now && !(mayKeep && l.Key.StartsWith(LeaseKeys.Target(""), StringComparison.Ordinal)));
        Must(lease.Key is null || process.WasStopped || world.Scenario.StoreAway > TimeSpan.Zero, () => $"{process.Name} closed and holds the lease {lease.Key}");
    }

    /// <summary>15. The token is in no log line, result or record.</summary>
    public static void NothingTold(World world)
    {
        foreach (var upload in world.Store.State.Uploads.Values)
        {
            world.Log.Look(upload.Record.ToString());
        }

        Must(world.Log.Told is null, () => $"the token was told: {world.Log.Told}");
    }

    private static void Upload(World world, Process process, Upload upload)
    {
        var seen = upload.Handle.Snapshot();

        // 3. The end is not told before everything succeeded.
        Must(seen.Offset < Math.Max(1, upload.Source.Length) || seen.State == "done", () => $"offset {seen.Offset} of {upload.Source.Length} was told before the end");

        // 2. The offset is the end of the recorded run from the first part, and Notion has all of it.
        if (seen.Offset != upload.Offset)
        {
            upload.Offset = seen.Offset;
            if (seen.UploadId is { } id && world.Store.State.Uploads.GetValueOrDefault(id) is { Record.Generation: { } generation } kept && generation.Number == seen.Generation
                && world.Notion.Find(generation.FileUploadId) is { } stored && stored.Status == NotionUploadStatus.Pending)
            {
                Must(seen.Offset <= stored.PrefixEnd(), () => $"offset {seen.Offset} of '{seen.Name}' was told, Notion has {stored.PrefixEnd()} in a row");
                var rows = Recorded(kept);
                Must(seen.Offset <= rows, () => $"offset {seen.Offset} of '{seen.Name}' was told, recorded are {rows}");
            }
        }

        // 10. Every wait has a name.
        if (seen.Wait != WaitReason.None || process.Time.StoppedFor > TimeSpan.Zero)
        {
            upload.NamelessSince = null;
        }
        else
        {
            upload.NamelessSince ??= world.Time.Now;
            Must(world.Time.Now - upload.NamelessSince < Nameless, () => $"'{seen.Name}' ({seen.State}) waits for nothing that has a name");
        }
    }

    private static long Recorded(InMemoryUpload upload)
    {
        var (end, next) = (0L, 1);
        foreach (var (number, row) in upload.Parts)
        {
            if (number != next++)
            {
                break;
            }

            end += row.Length;
        }

        return end;
    }

    private static InMemoryUpload? Find(InMemoryState state, string fileUploadId) =>
        state.Uploads.Values.FirstOrDefault(u => u.Record.Generation?.FileUploadId == fileUploadId);

    private static void Must(bool holds, Func<string> otherwise) => Violation.Unless(holds, otherwise);
}
