using System.Diagnostics.CodeAnalysis;
using Sluice.Errors;

namespace Sluice.Notion;

/// <summary>A file as Notion will take it, or why not: cleaned name with its extension, content type (null: left out), kind of block.</summary>
internal sealed record ResolvedFile(string? Name, string? ContentType, string? BlockKind)
{
    /// <summary>Why Notion would refuse it; null where it would not.</summary>
    public SluiceError? Error { get; private init; }

    /// <summary>True where Notion takes the file.</summary>
    [MemberNotNullWhen(true, nameof(Name), nameof(BlockKind))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool Accepted => Error is null;

    public static ResolvedFile Refused(ErrorCode code, string message) => new(null, null, null) { Error = new SluiceError(code, message) };
}
