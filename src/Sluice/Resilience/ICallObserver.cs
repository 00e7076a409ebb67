using Sluice.Diagnostics;
using Sluice.Notion;

namespace Sluice.Resilience;

/// <summary>Hears what happens to one call on its way through the resilience strategies. Called from any context; must not block or throw.</summary>
internal interface ICallObserver
{
    /// <summary>The upload the call is made for, which features that are on for a percentage of uploads go by; empty: none.</summary>
    string UploadId => "";

    /// <summary>The call waits for this from now on; <see cref="WaitReason.None"/>: for nothing. <paramref name="expected"/>: for how long, where known.</summary>
    void Waiting(WaitReason reason, TimeSpan? expected);

    /// <summary>Bytes of the request body were given to the socket in this attempt.</summary>
    void Sent(long bytes);

    /// <summary>An attempt ended; <paramref name="failure"/> null: with success. <paramref name="retryIn"/>: when it is repeated, null where it is not.</summary>
    void AttemptEnded(NotionFailure? failure, TimeSpan duration, TimeSpan? retryIn);
}
