using Sluice.Buffers;
using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Settings;
using Sluice.Spool;

namespace Sluice.Transfer;

/// <summary>
/// A stream of unknown length, gathered in the spool first: Notion has to be told the number of parts before the first.
/// (1) A first piece of space, in the waiting line's order; (2) the stream, page by page, with more space in steps; (3) what was
/// not needed goes back, and everything is on the disk before a record can name it.
/// </summary>
internal sealed class StagedUploadSource(Stream stream) : UploadSource
{
    internal override string? SuggestedName => null;

    internal override bool Gathers => true;

    internal override async ValueTask<IByteSource> OpenAsync(SourceContext context, CancellationToken cancellationToken)
    {
        var folder = context.Spool.Folder;
        if (!FeatureSwitch.IsOn(context.UploadId, nameof(context.Options.Features.Spool), context.Options.Features.Spool))
        {
            throw new SluiceException(SpoolErrors.SwitchedOff());
        }

        if (folder.Refusal() is { } no)
        {
            throw new SluiceException(no);
        }

        // 1. Space and a file.
        var place = new LinePlace(context.UploadId, accepted: true);
        var space = await context.Spool.ReserveAsync(place, SpoolConstants.Page, () => context.Waiting(WaitReason.Spool), cancellationToken).ConfigureAwait(false)
            ?? throw new SluiceException(SpoolErrors.OverLimit(folder));
        context.Waiting(WaitReason.Client);
        var (stay, made) = folder.Create(context.UploadId, space);
        if (stay is null)
        {
            folder.Health.Failed(made);
            throw new SluiceException(SpoolErrors.Of(folder.Shown, made));
        }

        try
        {
            // 2. The bytes: one more than may be uploaded says that there are too many.
            var gathered = await GatherAsync(context, stay, cancellationToken).ConfigureAwait(false);
            ThrowIfFailed(folder, gathered.Disk, gathered.Refused);

            // 3. All of it on the disk.
            stay.Space.ShrinkTo(Math.Max(1, stay.File.Length));
            ThrowIfFailed(folder, stay.File.Sync(), null);
            return new SpooledByteSource(stay, folder.Shown, context.Options.Spool.Keep != SpoolKeep.None);
        }
        catch
        {
            stay.Dispose();
            throw;
        }
    }

    private async ValueTask<GatheredBytes> GatherAsync(SourceContext context, SpoolStay stay, CancellationToken cancellationToken)
    {
        try
        {
            return await SpoolGathering.GatherAsync(stream, stay, context.MaxLength + 1, (length, token) => RoomAsync(context, stay, length, token), cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw new SluiceException(ErrorCodes.SourceMissing, $"The input broke off after {stay.File.Length:N0} bytes: {e.Message} Nothing was sent; send it again.", e);
        }
    }

    private static async ValueTask<SluiceError?> RoomAsync(SourceContext context, SpoolStay stay, long length, CancellationToken cancellationToken) =>
        length > context.MaxLength
            ? new SluiceError(context.MaxLength < 5L << 30 ? ErrorCodes.PlanLimit : ErrorCodes.TooLarge, $"The input is larger than the {context.MaxLength:N0} bytes that this workspace takes. Nothing was sent; split it.")
            : await context.Spool.GrowAsync(stay.Space, length, cancellationToken).ConfigureAwait(false) ? null : SpoolErrors.OverLimit(context.Spool.Folder);

    private static void ThrowIfFailed(SpoolFolder folder, SpoolOutcome disk, SluiceError? refused)
    {
        if (!disk.IsOk)
        {
            folder.Health.Failed(disk);
            throw new SluiceException(SpoolErrors.Of(folder.Shown, disk));
        }

        if (refused is not null)
        {
            throw new SluiceException(refused);
        }
    }
}
