using Sluice.Errors;

namespace Sluice.Cli.Output;

/// <summary>Why a file did not end as done.</summary>
internal sealed record ErrorLine(string Code, string Message)
{
    public static ErrorLine? Of(SluiceError? error) => error is null ? null : new(error.Code.Name, error.Message);
}
