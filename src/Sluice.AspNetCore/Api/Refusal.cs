using Sluice.Errors;

namespace Sluice.AspNetCore.Api;

/// <summary>
/// A refusal on its way out: the error, and the status where a protocol fixes one that is not the table's (tus: 409, 412, 415).
/// </summary>
internal sealed record Refusal(int Status, SluiceError Error)
{
    /// <summary>With the status of the table.</summary>
    public static Refusal Of(SluiceError error) => new(error.Code.HttpStatus, error);

    public static Refusal Of(ErrorCode code, string message) => Of(new SluiceError(code, message));

    public static Refusal BadRequest(string message, int status = 400) => new(status, new SluiceError(ErrorCodes.BadRequest, message));

    /// <summary>There is no such upload for this caller: not his and not there are the same answer.</summary>
    public static Refusal NotFound() => Of(ErrorCodes.NotFound, "There is no such upload.");

    /// <summary>
    /// An upload that failed for good. A 4xx that clients do not try again: 409, 423 and 429 would be (tus-js-client retries them), and so
    /// would any 5xx; those become 410, as HEAD answers from then on.
    /// </summary>
    public static Refusal Final(SluiceError error) =>
        new(error.Code.HttpStatus is >= 400 and < 500 and not (401 or 403 or 404 or 408 or 409 or 423 or 429) ? error.Code.HttpStatus : 410, error);
}
