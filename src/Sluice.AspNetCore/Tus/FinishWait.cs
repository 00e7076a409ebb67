using Sluice.AspNetCore.Hosting;
using Sluice.Relay;

namespace Sluice.AspNetCore.Tus;

/// <summary>The answer clock: from a body's last byte the request waits for the end of finishing, and is answered in time whatever that does.</summary>
internal sealed class FinishWait(FrontOptions front, GatewayDrain drain)
{
    /// <summary>True where the upload is over.</summary>
    /// <exception cref="OperationCanceledException">The client is gone.</exception>
    public async ValueTask<bool> IsOverAsync(IRelayUpload upload, CancellationToken gone)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(gone, drain.Token);
        try
        {
            return upload.IsOver || await upload.WaitUntilOverAsync(front.AnswerDeadline, either.Token);
        }
        catch (OperationCanceledException) when (!gone.IsCancellationRequested)
        {
            // The process stops: the client asks the next one.
            return upload.IsOver;
        }
    }
}
