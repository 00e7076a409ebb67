namespace Sluice.Errors;

/// <summary>One row of the closed table of errors: the stable name scripts rely on, and what the command line and the gateway make of it.</summary>
public sealed class ErrorCode
{
    internal ErrorCode(string name, int exitCode, int httpStatus, string meaning, string advice)
    {
        Name = name;
        ExitCode = exitCode;
        HttpStatus = httpStatus;
        Meaning = meaning;
        Advice = advice;
    }

    /// <summary>The stable name, in lower case with underscores; also the metrics' <c>error.type</c>.</summary>
    public string Name { get; }

    /// <summary>The command line's exit code, 1 to 4 (docs/errors.md).</summary>
    public int ExitCode { get; }

    /// <summary>The HTTP status of the gateway's problem+json answer.</summary>
    public int HttpStatus { get; }

    /// <summary>What happened, as one plain sentence.</summary>
    public string Meaning { get; }

    /// <summary>What to do next, as one plain sentence.</summary>
    public string Advice { get; }

    /// <inheritdoc />
    public override string ToString() => Name;
}
