using Sluice.Checkpoints;

namespace Sluice.Cli.Commands;

/// <summary>What <c>upload</c> was asked for.</summary>
internal sealed record UploadArguments
{
    public required IReadOnlyList<string> Paths { get; init; }

    public UploadTarget Target { get; init; } = UploadTarget.None;

    public string? Name { get; init; }

    public string? ContentType { get; init; }

    public string? Caption { get; init; }

    public UnsupportedType Unsupported { get; init; }

    public bool Restart { get; init; }

    public bool SkipDone { get; init; }

    public bool Verify { get; init; }

    public bool DryRun { get; init; }

    /// <summary>The request for one source.</summary>
    public UploadRequest Request(UploadSource source, Task? after) => new()
    {
        Source = source,
        To = Target.ToString(),
        Name = Name,
        ContentType = ContentType,
        Caption = Caption,
        Unsupported = Unsupported,
        Restart = Restart,
        SkipDone = SkipDone,
        Verify = Verify,
        AttachAfter = Target.Kind == TargetKind.None ? null : after,
    };
}
