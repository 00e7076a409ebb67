namespace Sluice.AspNetCore;

/// <summary>
/// An application's own code that is told when an upload is done, failed or expired. Register any number in the services; they live
/// as long as the application. Told at least once: the same event may come again (after a crash, or where a handler failed), with the
/// same <see cref="UploadOutcome.EventId"/>. Events are recorded with the state they report, so that none is lost with the process.
/// </summary>
public interface IUploadOutcomeHandler
{
    /// <summary>
    /// Takes an event. Where it throws, or takes longer than 10 s, it is told again: after 5 s at first, then three times as long each
    /// time up to an hour, for three days. No upload waits for it. Several events may come at once.
    /// </summary>
    /// <param name="outcome">What happened.</param>
    /// <param name="cancellationToken">Fires after 10 s, and when the application stops.</param>
    Task HandleAsync(UploadOutcome outcome, CancellationToken cancellationToken);
}
