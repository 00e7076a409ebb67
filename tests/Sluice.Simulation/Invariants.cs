using System.Security.Cryptography;
using Sluice.Notion;

namespace Sluice.Simulation;

/// <summary>What never breaks (ARCHITECTURE.md), as checks on a world.</summary>
internal static class Invariants
{
    /// <summary>True at every instant.</summary>
    public static void Always(World world)
    {
        // 4. No file is attached twice to its target, whatever answers were lost.
        var doubled = world.Notion.Attachments.GroupBy(a => (a.TargetId, a.Kind, a.Name)).FirstOrDefault(g => g.Count() > 1);
        Must(doubled is null, $"'{doubled?.Key.Name}' is attached {doubled?.Count()} times");

        // 3. The end is not told before everything succeeded.
        foreach (var upload in world.Processes.Where(p => !p.Dead).SelectMany(p => p.Uploads))
        {
            var seen = upload.Handle.Snapshot();
            Must(upload.Over || seen.Offset < Math.Max(1, upload.Source.Bytes.Length), $"offset {seen.Offset} of {upload.Source.Bytes.Length} was told before the end");
        }

        // 13. The budget holds in every minute, at every phase.
        if (world.Scenario.RequestsPerMinute > 0 && world.Scenario.Pauses == 0)
        {
            Must(world.Notion.MostInAnyMinute <= Math.Max(180, world.Scenario.RequestsPerMinute) * 2, $"{world.Notion.MostInAnyMinute} requests in a minute");
        }
    }

    /// <summary>True of an upload that said it is done.</summary>
    public static void Done(World world, Upload upload, UploadResult result)
    {
        var bytes = upload.Source.Bytes;
        var sha = Convert.ToHexStringLower(SHA256.HashData(bytes));
        var stored = world.Notion.Uploads.FirstOrDefault(u => u.Id == result.FileUploadId);
        Must(stored is not null, $"'{upload.Source.Name}' is done, but Notion does not know {result.FileUploadId}");
        Must(stored!.Status == NotionUploadStatus.Uploaded, $"'{upload.Source.Name}' is done, but Notion says {stored.Status}");
        Must(stored.Bytes().AsSpan().SequenceEqual(bytes), $"'{upload.Source.Name}' is done, but the bytes at Notion are not the file's");
        Must(result.Sha256 == sha, $"'{upload.Source.Name}' has sha256 {sha}, told was {result.Sha256 ?? "nothing"}");
        if (upload.To != "none")
        {
            var attached = world.Notion.Attachments.Count(a => a.FileUploadId == stored.Id);
            Must(attached == 1, $"'{upload.Source.Name}' is attached {attached} times");
        }
    }

    /// <summary>True at the end of a run without changes of the files: everything is there.</summary>
    public static void AtTheEnd(World world, IReadOnlyCollection<SimulatedSource> files, int kills)
    {
        foreach (var file in files)
        {
            Must(world.Notion.Attachments.Any(a => a.Name == file.Name), $"'{file.Name}' was never attached");
        }

        // 1. A crash costs at most what was on its way: counted over the uploads that were finished, per generation.
        if (world.Scenario.IntervalParts == 1 && !world.Scenario.PowerLoss && world.Scenario.Faults == FaultPlan.Calm)
        {
            foreach (var upload in world.Notion.Uploads)
            {
                var again = upload.Sends.Values.Sum(s => s - 1);
                Must(again <= kills * 5, $"{again} parts of '{upload.FileName}' were sent again after {kills} kills");
            }
        }
    }

    private static void Must(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new Violation(otherwise);
        }
    }
}
