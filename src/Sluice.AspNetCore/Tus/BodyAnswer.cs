using Sluice.AspNetCore.Api;

namespace Sluice.AspNetCore.Tus;

/// <summary>What became of a body: refused, or dropped (the connection goes, the client asks with HEAD), or taken to its end.</summary>
internal sealed record BodyAnswer
{
    /// <summary>The connection is dropped without an answer.</summary>
    public static BodyAnswer Dropped { get; } = new() { Drop = true };

    public bool Drop { get; private init; }

    /// <summary>The answer, where it is a refusal.</summary>
    public Refusal? Refusal { get; private init; }

    /// <summary>True where bytes of the body were left unread, so that the connection cannot be used again.</summary>
    public bool Close { get; private init; }

    /// <summary>How many bytes of the file it brought.</summary>
    public long Taken { get; private init; }

    public static BodyAnswer Refused(Refusal refusal, bool close = false) => new() { Refusal = refusal, Close = close };

    public static BodyAnswer Whole(long taken) => new() { Taken = taken };
}
