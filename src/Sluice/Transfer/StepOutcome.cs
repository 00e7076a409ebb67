using Sluice.Errors;
using Sluice.Notion;

namespace Sluice.Transfer;

/// <summary>How a step ended, and why where it did not end well.</summary>
internal readonly record struct StepOutcome(StepKind Kind, SluiceError? Error = null)
{
    public static StepOutcome Ok { get; } = new(StepKind.Ok);

    public bool IsOk => Kind == StepKind.Ok;

    public static StepOutcome Interrupted(ErrorCode code, string message) => new(StepKind.Interrupted, new SluiceError(code, message));

    public static StepOutcome Failed(SluiceError error) => new(StepKind.Failed, error);

    /// <summary>What a call's final failure means for its upload: the one place that decides it.</summary>
    public static StepOutcome Of(NotionFailure failure) => failure.Class switch
    {
        FailureClass.Forgotten => new(StepKind.Forgotten, failure.Error),
        FailureClass.Permanent or FailureClass.Gap => new(StepKind.Failed, failure.Error),
        _ => new(StepKind.Interrupted, failure.Error),
    };
}
