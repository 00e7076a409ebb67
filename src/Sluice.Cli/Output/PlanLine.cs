namespace Sluice.Cli.Output;

/// <summary>What <c>upload --dry-run --json</c> prints for a file.</summary>
internal sealed record PlanLine(
    string File, string? Name, string? ContentType, long? Bytes, int? Parts, long? PartSize, int? Requests, double? LeastSeconds, string? Target, ErrorLine? Error)
{
    public static PlanLine Of(string file, UploadPlanInfo plan) => new(
        file, plan.Name, plan.ContentType, plan.Length, plan.Parts, plan.PartSize, plan.Requests, Math.Round(plan.LeastTime.TotalSeconds, 1), plan.Target, null);

    public static PlanLine Of(string file, string target, Errors.SluiceError error) => new(file, null, null, null, null, null, null, null, target, ErrorLine.Of(error));
}
