using Sluice.AspNetCore.Security;

namespace Sluice.AspNetCore.Hosting;

/// <summary>One method of one path: what it needs and what it does.</summary>
/// <param name="Method">In capitals.</param>
/// <param name="Needs">Any of these scopes; none: whoever is known.</param>
/// <param name="RunAsync">Does it.</param>
internal sealed record FrontVerb(string Method, Scopes Needs, Func<FrontCall, Task> RunAsync)
{
    /// <summary>An upload under way is never refused: its verbs are not counted.</summary>
    public bool Counted { get; init; } = true;

    /// <summary>Whoever comes, known or not: logging in and out.</summary>
    public bool Open { get; init; }

    /// <summary>The only answers are those that no upload client takes for the end of its upload: what cannot be answered drops the connection, who is not known sees nothing.</summary>
    public bool Guarded { get; init; }
}
