using Microsoft.Extensions.Logging;
using Sluice.Checkpoints;
using Sluice.Diagnostics;
using Sluice.Notion;
using Sluice.Resilience;
using Sluice.Settings;

namespace Sluice.Transfer;

/// <summary>What the steps of one session share. The record is replaced only through <see cref="SaveAsync"/>, under the lease.</summary>
internal sealed class SessionContext
{
    private static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(1);

    public required UploadRecord Record { get; set; }

    public required LeaseKeeper Lease { get; init; }

    /// <summary>For the leases that a session takes besides its own.</summary>
    public required LeaseDesk Leases { get; init; }

    public required NotionConnection Connection { get; init; }

    /// <summary>All the memory there is for parts, in bytes.</summary>
    public long BufferBytes { get; init; } = long.MaxValue;

    public required ICheckpointStore Store { get; init; }

    public required SluiceOptions Options { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Log { get; init; }

    public required UploadView View { get; init; }

    public required SessionStop Stop { get; init; }

    public required PatientCaller Caller { get; init; }

    /// <summary>How long the upload has been failing.</summary>
    public GiveUpClock GiveUp => Caller.GiveUp;

    /// <summary>Part size asked for by the request, in bytes; null: chosen.</summary>
    public long? PartSize { get; init; }

    public GenerationRecord Generation => Record.Generation ?? throw new InvalidOperationException("There is no Notion upload yet.");

    /// <summary>The end of the current generation's hour as a monotonic timestamp.</summary>
    public long DeadlineTimestamp => Connection.Clock.Timestamp(Generation.CreatedAt + Connection.Limits.Deadline);

    public bool HourIsOver => Time.GetTimestamp() >= DeadlineTimestamp;

    /// <summary>Reads from the store, again where it cannot answer.</summary>
    public Task<T> AskStoreAsync<T>(Func<ValueTask<T>> read) => StorePatience.AskAsync(read, () => View.Waiting(WaitReason.Checkpoint), Time, Stop.Begin);

    /// <summary>
    /// Writes a changed record and makes it the current one. While the store cannot be reached it is tried again: a call that
    /// depends on the write must not be made without it. False where this process may not write any more: the session then stops.
    /// </summary>
    public async Task<bool> SaveAsync(UploadRecord record, Durability durability, OutboxEvent? withEvent = null)
    {
        record = record with { Updated = Time.GetUtcNow() };
        while (true)
        {
            try
            {
                var outcome = await Store.Uploads.UpdateAsync(record, Lease.Lease, durability, withEvent, Stop.CarryOn).ConfigureAwait(false);
                if (outcome != StoreOutcome.Written)
                {
                    View.Telemetry?.FenceRefused();
                    Stop.Request(StopCause.LeaseLost, TimeSpan.Zero);
                    return false;
                }

                Record = record;
                return true;
            }
            catch (StoreUnavailableException)
            {
                View.Waiting(WaitReason.Checkpoint);
                await Task.Delay(StoreRetry, Time, Stop.CarryOn).ConfigureAwait(false);
            }
        }
    }
}
