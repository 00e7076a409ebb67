using Sluice.Errors;
using Sluice.Notion;
using Sluice.Pressure;

namespace Sluice.Parts;

/// <summary>
/// Chooses how a file is cut. The size weighs memory (relayed parts lie in it) against Notion's request budget (fewer, larger
/// parts) and against its 60 s for one request (a part must get through well within them). Pure; PartPlannerTests has the table.
/// </summary>
internal static class PartPlanner
{
    /// <summary>A size is taken only where the measured rate carries a part in half of the 55 s within which Notion has to have answered.</summary>
    private const double WellWithinSeconds = 27.5;

    /// <summary>Plans a file, or says why it can never be uploaded.</summary>
    /// <param name="length">The file's length in bytes.</param>
    /// <param name="limits">Notion's limits.</param>
    /// <param name="workspaceLimit">The largest file this workspace takes, in bytes.</param>
    /// <param name="inputs">What else decides.</param>
    public static (PartPlan Plan, SluiceError? Error) Plan(long length, NotionLimits limits, long workspaceLimit, PartPlanInputs inputs)
    {
        if (length <= 0)
        {
            return Refuse(ErrorCodes.EmptyFile, "The file is empty, and Notion takes no empty files. Leave it out, or put at least one byte in it.");
        }

        if (length > limits.MaxFileSize || LeastSize(length, limits) > limits.MaxPartSize)
        {
            return Refuse(ErrorCodes.TooLarge, $"The file has {length:N0} bytes; Notion takes {limits.MaxFileSize:N0} at most. Split the file.");
        }

        if (length > workspaceLimit)
        {
            return Refuse(ErrorCodes.PlanLimit, $"The file has {length:N0} bytes; this workspace's plan takes {workspaceLimit:N0} at most. Upgrade the workspace, or split the file.");
        }

        if (inputs.ForceSmallest)
        {
            return Cut(length, Math.Max(limits.MinPartSize, LeastSize(length, limits)), limits, workspaceLimit);
        }

        var set = inputs.FixedSize ?? (inputs.Options.Size == 0 ? null : inputs.Options.Size);
        return set is { } size
            ? PlanBySize(length, size, limits, workspaceLimit)
            : Cut(length, ChooseSize(length, limits, inputs), limits, workspaceLimit);
    }

    /// <summary>The smallest size that cuts a file into no more parts than Notion takes.</summary>
    internal static long LeastSize(long length, NotionLimits limits) => RoundUp(DivideUp(length, limits.MaxParts), limits.PartSizeUnit);

    private static long ChooseSize(long length, NotionLimits limits, PartPlanInputs inputs)
    {
        var lowest = RoundUp(Math.Clamp(inputs.Options.MinSize, limits.MinPartSize, limits.MaxPartSize), limits.PartSizeUnit);
        var room = inputs.Replayable ? long.MaxValue : inputs.BufferBytes;
        var highest = RoundDown(Math.Max(lowest, Math.Min(Math.Clamp(inputs.Options.MaxSize, lowest, limits.MaxPartSize), room)), limits.PartSizeUnit);

        // Notion recommends 10 MiB, which is half of its largest part; the known rate may say more or less.
        var unknown = inputs.Profile == ProfileKind.Standard ? highest : limits.MaxPartSize / 2;
        var wanted = inputs is { Profile: ProfileKind.Small, Replayable: false } ? lowest : AtRate(inputs, highest) ?? unknown;
        return Math.Max(RoundDown(Math.Clamp(wanted, lowest, highest), limits.PartSizeUnit), LeastSize(length, limits));
    }

    /// <summary>The largest size that gets through well within Notion's time at the measured rate; null where that is not known.</summary>
    private static long? AtRate(PartPlanInputs inputs, long highest) =>
        inputs.BytesPerSecond is { } rate and > 0
            ? (long)Math.Min(highest, rate / Math.Max(1, inputs.Senders) * WellWithinSeconds)
            : null;

    private static (PartPlan Plan, SluiceError? Error) PlanBySize(long length, long size, NotionLimits limits, long workspaceLimit)
    {
        if (size < limits.MinPartSize || size > limits.MaxPartSize || size % limits.PartSizeUnit != 0)
        {
            return Refuse(ErrorCodes.BadRequest, $"A part size of {size:N0} bytes is not possible: it has to be a multiple of {limits.PartSizeUnit:N0} between {limits.MinPartSize:N0} and {limits.MaxPartSize:N0}. Change Parts:Size or --part-size, or use auto.");
        }

        var parts = DivideUp(length, size);
        return parts > limits.MaxParts
            ? Refuse(ErrorCodes.BadRequest, $"Parts of {size:N0} bytes would cut this file of {length:N0} bytes into {parts:N0} parts; Notion takes {limits.MaxParts:N0} at most. Use a part size of {LeastSize(length, limits):N0} bytes or more, or auto.")
            : Cut(length, size, limits, workspaceLimit);
    }

    /// <summary>A file of one part goes in one send, and so does every file of a free workspace, which takes no multi-part uploads.</summary>
    private static (PartPlan Plan, SluiceError? Error) Cut(long length, long size, NotionLimits limits, long workspaceLimit) =>
        length <= size || workspaceLimit <= limits.FreePlanLimit
            ? (PartPlan.Create(length, length, PartMode.Single), null)
            : (PartPlan.Create(length, size, PartMode.Multi), null);

    private static (PartPlan Plan, SluiceError? Error) Refuse(ErrorCode code, string message) => (default, new SluiceError(code, message));

    private static long DivideUp(long value, long by) => ((value - 1) / by) + 1;

    private static long RoundUp(long value, long unit) => DivideUp(value, unit) * unit;

    private static long RoundDown(long value, long unit) => value / unit * unit;
}
