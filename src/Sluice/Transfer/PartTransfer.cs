using Sluice.Checkpoints;
using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Parts;
using Sluice.Settings;

namespace Sluice.Transfer;

/// <summary>
/// Brings all parts of one generation to Notion and into the record. In steps:
/// (1) rows say what Notion has; (2) the source is read in order: acknowledged parts are proved, the others made ready;
/// (3) each ready part goes out by itself, under the connection's resilience; (4) its row is written; (5) only then its
/// memory goes home and the prefix moves. When it ends, nothing of this generation is under way any more.
/// </summary>
internal sealed class PartTransfer : IDisposable
{
    /// <summary>A source is read at most so many parts ahead of its senders.</summary>
    private const int ReadAhead = 2;

    private readonly SessionContext _session;
    private readonly GenerationRecord _generation;
    private readonly PartSupply _supply;
    private readonly GateKeeper.Pass _pass;
    private readonly AcknowledgementWriter _writer;
    private readonly PartSender _sender;
    private readonly AcknowledgedParts _acknowledged;
    private readonly bool _writesRows;
    private readonly CancellationTokenSource _begin;
    private readonly CancellationTokenSource _carryOn;
    private readonly Lock _lock = new();
    private readonly List<Task> _underWay = [];
    private readonly List<PreparedPart> _unsent = [];
    private TaskCompletionSource _room = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _outstanding;
    private StepOutcome _worst = StepOutcome.Ok;

    public PartTransfer(SessionContext session, PartSupply supply, GateKeeper.Pass pass)
    {
        _session = session;
        _generation = session.Generation;
        _supply = supply;
        _pass = pass;
        _acknowledged = new AcknowledgedParts(_generation.Plan);
        _writer = new AcknowledgementWriter(session.Store.Uploads, session.Record.Id, session.Lease.Lease, _generation.Number, session.Options.Checkpoints.IntervalParts, session.Time);
        _writesRows = FeatureSwitch.IsOn(session.Record.Id, nameof(session.Options.Features.Checkpoints), session.Options.Features.Checkpoints);
        _begin = CancellationTokenSource.CreateLinkedTokenSource(session.Stop.Begin);
        _carryOn = CancellationTokenSource.CreateLinkedTokenSource(session.Stop.CarryOn);
        _sender = new PartSender(session, _generation, _begin.Token, _carryOn.Token);
    }

    /// <inheritdoc cref="PartSender.PartsTooLarge"/>
    public bool PartsTooLarge => _sender.PartsTooLarge;

    public async Task<StepOutcome> RunAsync(IReadOnlyList<PartRow> rows)
    {
        try
        {
            await ReadAllAsync(rows.ToDictionary(r => r.Number)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_begin.IsCancellationRequested)
        {
            // Stopped, or a part ended badly; either is told below.
        }
        catch (SluiceException e)
        {
            End(Judge(e.Error));
        }

        _writer.Flush(_carryOn.Token);
        await Task.WhenAll(Under()).ConfigureAwait(false);
        await GiveBackAsync().ConfigureAwait(false);
        return !_worst.IsOk ? _worst : _acknowledged.IsComplete ? StepOutcome.Ok : _session.Stop.Outcome();
    }

    /// <summary>Step 6. What was forgotten or failed begins anew or not at all, and needs none of it.</summary>
    private async ValueTask GiveBackAsync()
    {
        try
        {
            if (!_acknowledged.IsComplete && _worst.Kind is not (StepKind.Forgotten or StepKind.Failed))
            {
                await _supply.GiveBackAsync(_acknowledged.PrefixEnd, _unsent).ConfigureAwait(false);
            }
        }
        finally
        {
            _unsent.ForEach(static p => p.Dispose());
            _unsent.Clear();
        }
    }

    /// <summary>Sends one part once more after Notion said it is missing; its row is there already.</summary>
    public async Task<StepOutcome> SendAgainAsync(PreparedPart part)
    {
        var view = _session.View.Begin(part.Number, part.Body.Length);
        try
        {
            var sent = await _sender.SendAsync(part, view).ConfigureAwait(false);
            if (sent.IsOk)
            {
                view.Acknowledged();
            }

            return sent;
        }
        finally
        {
            part.Dispose();
            _session.View.End(view);
        }
    }

    public void Dispose()
    {
        _begin.Dispose();
        _carryOn.Dispose();
    }

    private async Task ReadAllAsync(Dictionary<int, PartRow> rows)
    {
        var plan = _generation.Plan;

        // 1. What Notion has already.
        foreach (var row in rows.Values)
        {
            _acknowledged.Add(row.Number);
            _pass.Progress(row.Length);
        }

        ShowProgress();
        for (var number = 1; number <= plan.Count; number++)
        {
            // 2. Prove, or make ready. What a client sent once and Notion has is proved by its row.
            if (rows.TryGetValue(number, out var row))
            {
                if (plan.EndOf(number) <= _supply.Start)
                {
                    _supply.BeginBehind(row);
                    continue;
                }

                _session.View.Waiting(WaitReason.Client);
                if (await _supply.ProveAsync(row, _begin.Token).ConfigureAwait(false) is { } difference)
                {
                    throw new SluiceException(difference);
                }

                _session.View.Telemetry?.Read(plan.LengthOf(number));
                var proved = plan.EndOf(number);
                _session.View.Set(s => s with { ProvedBytes = proved });
                continue;
            }

            await WaitForRoomAsync().ConfigureAwait(false);
            _session.View.Waiting(WaitReason.Client);
            var part = await _supply.PrepareAsync(number, _begin.Token).ConfigureAwait(false);
            _session.View.FillEnded();
            _session.View.Telemetry?.Read(plan.LengthOf(number));
            Launch(part);
        }

        _session.View.Waiting(WaitReason.None);
    }

    /// <summary>Reading ahead is bounded by what is under way, retries included: a part in trouble holds its place.</summary>
    private async Task WaitForRoomAsync()
    {
        while (true)
        {
            Task room;
            lock (_lock)
            {
                if (_outstanding < _session.Connection.Pipeline.Limit + ReadAhead && !_writer.Crowded)
                {
                    _begin.Token.ThrowIfCancellationRequested();
                    return;
                }

                room = _room.Task;
            }

            await room.WaitAsync(_begin.Token).ConfigureAwait(false);
        }
    }

    private void Launch(PreparedPart part)
    {
        lock (_lock)
        {
            _outstanding++;
            _underWay.RemoveAll(t => t.IsCompleted);
            _underWay.Add(MoveAsync(part));
        }
    }

    /// <summary>Steps 3 to 5 of one part. Never throws: how it ended is in <see cref="_worst"/>.</summary>
    private async Task MoveAsync(PreparedPart part)
    {
        await Task.Yield();
        var plan = _generation.Plan;
        using var activity = SluiceActivities.StartPart(part.Number, plan.LengthOf(part.Number));
        var view = _session.View.Begin(part.Number, plan.LengthOf(part.Number));
        var holdsPlace = true;
        var settled = false;
        try
        {
            var sent = await _sender.SendAsync(part, view).ConfigureAwait(false);
            if (!sent.IsOk)
            {
                SluiceActivities.Fail(activity, sent.Error?.Code.Name);
                End(sent);
                return;
            }

            settled = true;
            if (!_writesRows)
            {
                view.Acknowledged();
                await AcknowledgedAsync(part.Number).ConfigureAwait(false);
                return;
            }

            if (_session.Options.Checkpoints.IntervalParts > 1)
            {
                // Rows wait for company: memory and place go back now, a crash sends this part again.
                part.Dispose();
                holdsPlace = false;
                Leave(place: true);
            }

            view.Waiting(WaitReason.Checkpoint, null);
            var row = new PartRow(_generation.Number, part.Number, plan.LengthOf(part.Number), part.Proof);
            var written = await _writer.WriteAsync(row, _carryOn.Token).ConfigureAwait(false);
            if (written != StoreOutcome.Written)
            {
                _session.View.Telemetry?.FenceRefused();
                _session.Stop.Request(StopCause.LeaseLost, TimeSpan.Zero);
                return;
            }

            _session.View.Telemetry?.Checkpointed();
            view.Acknowledged();
            await AcknowledgedAsync(part.Number).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_begin.IsCancellationRequested)
        {
            // Cut by us; the part counts for nothing.
        }
        catch (SluiceException e)
        {
            End(Judge(e.Error));
        }
        finally
        {
            if (settled)
            {
                part.Dispose();
            }
            else
            {
                Keep(part);
            }

            _session.View.End(view);
            Leave(holdsPlace);
        }
    }

    private async ValueTask AcknowledgedAsync(int number)
    {
        lock (_lock)
        {
            _acknowledged.Add(number);
        }

        _pass.Progress(_generation.Plan.LengthOf(number));
        await _supply.ForgetBeforeAsync(ShowProgress()).ConfigureAwait(false);
        _session.View.Events.Add(UploadEventKind.PartAcknowledged, number);
        TransferLog.PartAcknowledged(_session.Log, _session.Record.Id, number, _generation.Plan.Count);
    }

    /// <summary>Shows how far it got; gives the end of the prefix.</summary>
    private long ShowProgress()
    {
        lock (_lock)
        {
            var (count, bytes, prefix) = (_acknowledged.Count, _acknowledged.Bytes, _acknowledged.PrefixEnd);

            // The end is one byte: it is told only when everything succeeded.
            var offset = Math.Min(prefix, _generation.Plan.Length - 1);
            _session.View.Set(s => s with { PartsAcknowledged = count, AcknowledgedBytes = bytes, Offset = offset });
            return prefix;
        }
    }

    /// <summary>A part ended badly: the first cause stays, nothing new begins, and where going on is useless the others are cut.</summary>
    private void End(StepOutcome outcome)
    {
        lock (_lock)
        {
            _worst = _worst.IsOk ? outcome : _worst;
        }

        _begin.Cancel();
        if (outcome.Kind is StepKind.Forgotten or StepKind.Failed)
        {
            _carryOn.Cancel();
        }
    }

    private void Leave(bool place)
    {
        TaskCompletionSource room;
        lock (_lock)
        {
            _outstanding -= place ? 1 : 0;
            room = _room;
            _room = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        room.TrySetResult();
    }

    /// <summary>It was not sent: its bytes wait for the end of the others.</summary>
    private void Keep(PreparedPart part)
    {
        lock (_lock)
        {
            _unsent.Add(part);
        }
    }

    private Task[] Under()
    {
        lock (_lock)
        {
            return [.. _underWay];
        }
    }

    /// <summary>What an error of the source or the store means for the upload.</summary>
    private static StepOutcome Judge(SluiceError error) =>
        new(error.Code.ExitCode == ErrorCodes.Interrupted.ExitCode ? StepKind.Interrupted : StepKind.Failed, error);
}
