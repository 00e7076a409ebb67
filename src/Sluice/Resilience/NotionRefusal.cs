using Sluice.Errors;
using Sluice.Notion;

namespace Sluice.Resilience;

/// <summary>A call that did not go out. Without a failure: the breaker changed while it waited, and it has to line up again.</summary>
internal sealed record NotionRefusal : NotionResult
{
    /// <summary>Why a call after its upload's hour is not made.</summary>
    public static NotionFailure HourIsOver { get; } = new(FailureClass.Forgotten, new SluiceError(ErrorCodes.UploadExpired, "Notion keeps an unfinished upload for an hour, and that hour is over."));
}
