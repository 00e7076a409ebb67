using Sluice.Checkpoints;
using Sluice.Errors;
using Sluice.Notion;
using Sluice.Parts;

namespace Sluice.Transfer;

/// <summary>All that can be refused without asking Notion: name, type, length, target's spelling.</summary>
internal sealed record Preflight(string Name, string? ContentType, string BlockKind, UploadTarget Target)
{
    public static Preflight Check(UploadRequest request, NotionLimits limits)
    {
        if (!UploadTarget.TryParse(request.To, out var target, out var problem))
        {
            throw new SluiceException(ErrorCodes.BadRequest, problem);
        }

        if (request.Verify && target.Kind == TargetKind.None)
        {
            throw new SluiceException(ErrorCodes.BadRequest, "A file can be verified only where it is attached: give a target with --to.");
        }

        if (request.PartSize is { } size && (size < limits.MinPartSize || size > limits.MaxPartSize))
        {
            throw new SluiceException(ErrorCodes.BadRequest, $"A part of {size:N0} bytes is outside Notion's {limits.MinPartSize:N0} to {limits.MaxPartSize:N0}.");
        }

        var given = request.Name ?? request.Source.SuggestedName ?? throw new SluiceException(ErrorCodes.BadRequest, "The source has no name of its own: give one with --name.");
        var named = NotionFileTypes.Resolve(given, request.ContentType, request.Unsupported == UnsupportedType.Text, limits);
        return named.Accepted
            ? new Preflight(named.Name, named.ContentType, named.BlockKind, target)
            : throw new SluiceException(named.Error);
    }
}
