using Sluice.Checkpoints;
using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Relay;
using Sluice.Spool;

namespace Sluice.Transfer;

/// <summary>
/// What a client's upload does before its Notion upload is made. (1) What must be kept, or was staged before, is staged;
/// (2) where the hour could be too short for its client, the client's rate is measured over the first bytes, and who is far too slow
/// for an upload that has no room on the disk is told so once; (3) while the gate
/// holds it, or its client is too slow, it waits for room for all its bytes, and has them gather there at full speed from then on;
/// (4) it passes when all can finish in time and the rest of its bytes can arrive in time. Where it cannot be staged its
/// body trickles meanwhile. A source that can be read again only waits for the gate.
/// </summary>
internal sealed class Staging(SessionContext session, IByteSource source)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);

    /// <summary>A staged upload passes as soon as its rate is known, which may take no longer than a moment.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(250);

    private readonly FeedDisk? _disk = session.Options.Spool.Keep == SpoolKeep.None ? null : source.Disk;

    /// <summary>Waits until the Notion upload may be made. Dispose the pass when the upload ended.</summary>
    /// <exception cref="SluiceException"><c>interrupted</c>: the client went away.</exception>
    public async Task<GateKeeper.Pass> PassAsync(long requests, long bytes)
    {
        // 1.
        var stop = session.Stop.Begin;
        if (_disk is { IsStaged: false, CanStage: true } && (session.Options.Spool.Keep == SpoolKeep.All || session.Record.State == UploadState.Staged))
        {
            session.View.Waiting(WaitReason.Spool);
            await _disk.TryStageAsync(stop).ConfigureAwait(false);
        }

        // 2.
        var planning = session.Connection.Limits.Planning;
        if (_disk is { } disk && HourRule.ShouldMeasure(source.Length, source.NotHere, planning))
        {
            await MeasureAsync(disk, stop).ConfigureAwait(false);
            if (!disk.CanStage && session.Record.LastGeneration == 0 && IsHopeless())
            {
                throw new SluiceException(HourRule.TooSlow(bytes, requests, planning));
            }
        }

        // 3. and 4.
        using var passed = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var gathering = Task.CompletedTask;
        try
        {
            return await session.Connection.Gate.EnterAsync(Work, Waits, stop).ConfigureAwait(false);
        }
        finally
        {
            await passed.CancelAsync().ConfigureAwait(false);
            await gathering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        CreationGate.Work Work()
        {
            if (source.IsAway)
            {
                throw new SluiceException(ErrorCodes.Interrupted, "The client went away; what arrived is kept, and the upload goes on when it comes back.");
            }

            var arrival = _disk is { CanStage: true } && HourRule.IsWorthMeasuring(source.Length, planning) ? HourRule.Arrival(source.NotHere, source.Arrival?.BytesPerSecond, _disk.IsStaged) : null;
            return new(requests, bytes, planning, arrival, source.NotHere);
        }

        void Waits()
        {
            session.View.Waiting(WaitReason.Gate);
            gathering = _disk is { CanStage: true } ? GatherAsync(_disk, passed.Token) : Task.CompletedTask;
        }
    }

    /// <summary>Waits for room for all of it, in the line's order and as long as the gate holds it.</summary>
    private async Task GatherAsync(FeedDisk disk, CancellationToken cancellationToken)
    {
        while (!await disk.TryStageAsync(cancellationToken).ConfigureAwait(false))
        {
            await Task.Delay(LookAgain, session.Time, cancellationToken).ConfigureAwait(false);
        }

        session.View.Set(static s => s with { State = "staged" });
        if (session.Record.State != UploadState.Staged)
        {
            await session.SaveAsync(session.Record with { State = UploadState.Staged }, Durability.Process).ConfigureAwait(false);
        }

        while (source.Arrival is { BytesPerSecond: null } && source.NotHere > 0)
        {
            await Task.Delay(Moment, session.Time, cancellationToken).ConfigureAwait(false);
        }

        session.Connection.Gate.Look();
    }

    private bool IsHopeless() => HourRule.IsHopeless(source.NotHere, source.Arrival?.BytesPerSecond, session.Connection.Limits.Planning);

    /// <summary>Takes the first bytes onto the disk until they say how fast the client is; they are read from there again.</summary>
    private async Task MeasureAsync(FeedDisk disk, CancellationToken cancellationToken)
    {
        if (disk.IsStaged || source.Start > 0 || !await disk.TryMakeRoomAsync(0, HourRule.Sample, trickle: false).ConfigureAwait(false))
        {
            return;
        }

        session.View.Waiting(WaitReason.Client);
        await source.WaitForBytesAsync(cancellationToken).ConfigureAwait(false);
        var page = new byte[session.Options.Stream.ReadBuffer];
        try
        {
            // Who seems to be far too slow is looked at for all of the sample.
            for (var at = 0L; at < HourRule.Sample && (source.Arrival is { BytesPerSecond: null } || IsHopeless());)
            {
                var read = await source.ReadAsync(at, page.AsMemory(0, (int)Math.Min(page.Length, HourRule.Sample - at)), cancellationToken).ConfigureAwait(false);
                if (read == 0 || !await disk.KeepAsync(at, page.AsMemory(0, read)).ConfigureAwait(false))
                {
                    return;
                }

                at += read;
            }
        }
        finally
        {
            await source.GiveBackAsync(0, static (_, _) => { }, 0).ConfigureAwait(false);
        }
    }
}
