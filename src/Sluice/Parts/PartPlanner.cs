using Sluice.Errors;
using Sluice.Notion;
using Sluice.Pressure;

namespace Sluice.Parts;

/// <summary>
/// Chooses how a file is cut. The size weighs memory (relayed parts lie in it) against Notion's request budget (fewer, larger
/// parts) and against its 60 s for one request (a part must get through well within them). Pure; table tests.
/// </summary>
internal static class PartPlanner
{
    /// <summary>Replayable parts begin at this size, Notion's recommendation; source: docs/notion.md, parts.</summary>
    private const long ReplayableSize = 10L << 20;

    /// <summary>The largest parts are used where one takes less than this: half of what Notion gives itself for an answer (55 s).</summary>
    private static readonly TimeSpan WellWithin = TimeSpan.FromSeconds(27);

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

        if (length > limits.MaxFileSize)
        {
            return Refuse(ErrorCodes.TooLarge, $"The file has {length:N0} bytes; Notion takes {limits.MaxFileSize:N0} at most. Split it.");
        }

        if (length > workspaceLimit)
        {
            return Refuse(ErrorCodes.PlanLimit, $"The file has {length:N0} bytes; this workspace's plan takes {workspaceLimit:N0} at most. Upgrade the workspace, or split the file.");
        }

        var least = RoundUp(DivideUp(length, limits.MaxParts), limits.PartSizeUnit);
        if (inputs.FixedSize is { } set)
        {
            return PlanFixed(length, set, limits, workspaceLimit);
        }

        var lowest = Math.Max(inputs.Options.MinSize, limits.MinPartSize);
        var highest = Math.Min(inputs.Options.MaxSize, limits.MaxPartSize);
        var wanted = inputs.ForceSmallest ? lowest
            : inputs.Profile == ProfileKind.Standard ? highest
            : !inputs.Replayable ? lowest
            : inputs.BytesPerSecond * WellWithin.TotalSeconds >= highest ? highest
            : ReplayableSize * limits.MaxPartSize / NotionLimits.Default.MaxPartSize;
        var size = Math.Max(least, RoundUp(Math.Clamp(wanted, lowest, Math.Max(lowest, highest)), limits.PartSizeUnit));
        return Cut(length, Math.Min(size, limits.MaxPartSize), limits, workspaceLimit);
    }

    private static (PartPlan, SluiceError?) PlanFixed(long length, long size, NotionLimits limits, long workspaceLimit)
    {
        if (size < limits.MinPartSize || size > limits.MaxPartSize || size % limits.PartSizeUnit != 0)
        {
            return Refuse(ErrorCodes.BadRequest, $"A part size of {size:N0} bytes is not possible: it has to lie between {limits.MinPartSize:N0} and {limits.MaxPartSize:N0} and be a multiple of {limits.PartSizeUnit:N0}.");
        }

        var parts = DivideUp(length, size);
        return parts > limits.MaxParts
            ? Refuse(ErrorCodes.BadRequest, $"Parts of {size:N0} bytes would cut this file into {parts:N0}; Notion takes {limits.MaxParts:N0} at most. Use a part size of {RoundUp(DivideUp(length, limits.MaxParts), limits.PartSizeUnit):N0} bytes or more, or auto.")
            : Cut(length, size, limits, workspaceLimit);
    }

    /// <summary>A file of one part goes in one send, and so does every file of a free workspace, which takes no multi-part uploads.</summary>
    private static (PartPlan, SluiceError?) Cut(long length, long size, NotionLimits limits, long workspaceLimit) =>
        length <= size || (workspaceLimit <= limits.FreePlanLimit && length <= limits.MaxPartSize)
            ? (new PartPlan(length, length, PartMode.Single), null)
            : (new PartPlan(length, size, PartMode.Multi), null);

    private static (PartPlan, SluiceError?) Refuse(ErrorCode code, string message) => (default, new SluiceError(code, message));

    private static long DivideUp(long value, long by) => ((value - 1) / by) + 1;

    private static long RoundUp(long value, long unit) => DivideUp(value, unit) * unit;
}
