using System.Globalization;
using Sluice.Errors;

namespace Sluice.Cli.Output;

/// <summary>Results as people read them: one line a file.</summary>
internal static class ResultText
{
    /// <summary>A file that is done.</summary>
    public static string Done(string shown, UploadResult result)
    {
        List<string> facts = [result.AlreadyDone ? "done by an earlier run" : result.DoneBefore ? "done once more (an earlier run had done it; --skip-done leaves such files out)" : "done"];
        if (result.Bytes is { } bytes)
        {
            facts.Add(result.AlreadyDone || result.Elapsed < TimeSpan.FromMilliseconds(1)
                ? Quantity.Bytes(bytes)
                : $"{Quantity.Bytes(bytes)} in {Quantity.Duration(result.Elapsed)}");
        }

        if (result.ResumedFrom > 0 && !result.AlreadyDone)
        {
            facts.Add($"{Quantity.Bytes(result.ResumedFrom)} of it by earlier runs");
        }

        if (result.Sha256 is { } digest)
        {
            facts.Add($"sha256 {digest}");
        }

        if (result.Verified)
        {
            facts.Add("read back and the same");
        }

        facts.Add(Where(result));
        return $"{Plain.Text(shown)}: {string.Join(", ", facts)}";
    }

    /// <summary>A file that is not done: what happened and what to do, and the code that scripts look for.</summary>
    public static string NotDone(string shown, UploadResult result) => result.Error is { } error
        ? Problem(shown, error)
        : $"sluice: {Plain.Text(shown)}: {ErrorCodes.Interrupted.Meaning} {ErrorCodes.Interrupted.Advice} [interrupted]";

    /// <summary>A failure of one file.</summary>
    public static string Problem(string shown, SluiceError error) => $"sluice: {Plain.Text(shown)}: {Plain.Text(error.Message)} [{error.Code.Name}]{Notion(error)}";

    /// <summary>A failure of the whole command.</summary>
    public static string Problem(SluiceError error) => $"sluice: {Plain.Text(error.Message)} [{error.Code.Name}]{Notion(error)}";

    /// <summary>What an upload would do.</summary>
    public static string Plan(string shown, UploadPlanInfo plan) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Plain.Text(shown)}: {Plain.Text(plan.Name)}, {plan.ContentType ?? "type left to Notion"}, {plan.Length} bytes in {Parts(plan)}, {plan.Requests} requests, at least {Quantity.Duration(plan.LeastTime)} at this rate, to {plan.Target}");

    private static string Parts(UploadPlanInfo plan) => plan.Parts == 1 ? "one part" : $"{plan.Parts} parts of {Quantity.Bytes(plan.PartSize)}";

    private static string Where(UploadResult result) => result switch
    {
        { Url: { } url } => $"attached at {Plain.Text(url)}",
        { PageId: { } page } => $"attached to page {page}",
        { BlockId: { } block } => $"attached as block {block}",
        { Expires: { } expires } => string.Create(CultureInfo.InvariantCulture, $"file upload {result.FileUploadId}: attach it before {expires:HH:mm} UTC, then Notion drops it"),
        _ when result.Target != "none" => $"attached to {result.Target}",
        _ => $"file upload {result.FileUploadId}",
    };

    /// <summary>What Notion's support asks for.</summary>
    private static string Notion(SluiceError error) => error.RequestId is null || error.Message.Contains(error.RequestId, StringComparison.Ordinal) ? "" : $" (Notion's request id: {Plain.Text(error.RequestId)})";
}
