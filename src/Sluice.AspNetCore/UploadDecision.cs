using Sluice.Errors;

namespace Sluice.AspNetCore;

/// <summary>What a policy made of an <see cref="UploadOffer"/>. Members that are null leave what the client asked for.</summary>
public sealed record UploadDecision
{
    /// <summary>Taken as offered.</summary>
    public static UploadDecision Accepted { get; } = new();

    /// <summary>Why it is refused; null: it is taken.</summary>
    public SluiceError? Refusal { get; init; }

    /// <summary>Where it is attached, as <c>--to</c> spells it.</summary>
    public string? To { get; init; }

    /// <summary>Caption of an appended block.</summary>
    public string? Caption { get; init; }

    /// <summary>The name of the Notion connection that moves it; null: the default one.</summary>
    public string? Connection { get; init; }
}
