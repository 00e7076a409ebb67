using Sluice.Diagnostics;
using Sluice.Notion;
using Sluice.Resilience;

namespace Sluice.Transfer;

/// <summary>The calls of a session beside the sends of its parts.</summary>
internal static class SessionCalls
{
    /// <summary>A call that may be repeated freely, within the generation's hour where there is one.</summary>
    public static Task<NotionResult<T>> PatientAsync<T>(this SessionContext session, NotionEndpoint endpoint, WaitReason reason, Func<IAttempt, Task<NotionResult<T>>> call, bool withinHour = true)
        where T : class =>
        session.Caller.CallAsync(endpoint, reason, call, session.Record.Generation?.FileUploadId, withinHour && session.Record.Generation is not null ? session.DeadlineTimestamp : null);

    /// <summary>Notion's view of the current generation; not bound to its hour, for what was done within it stays true.</summary>
    public static async Task<NotionResult<NotionFileUpload>> RetrieveAsync(this SessionContext session, WaitReason reason)
    {
        var id = session.Generation.FileUploadId;
        var result = await session.PatientAsync(NotionEndpoint.Retrieve, reason, a => session.Connection.Api.RetrieveAsync(id, a), withinHour: false).ConfigureAwait(false);
        session.Connection.Clock.Saw(result.Value?.Date);
        return result;
    }
}
