using Microsoft.AspNetCore.Http;
using Sluice.Simulator.Faults;
using Sluice.Simulator.State;
using Sluice.Simulator.Uploads;

namespace Sluice.Simulator.Serving;

/// <summary>
/// A send: (1) what can be refused before its body; (2) the form, which a fault may end in the middle; (3) what goes wrong after
/// it, now that the part number is known; (4) the part is kept; (5) room on disk.
/// </summary>
internal sealed class SendCall(SimulatorState state, Responder responder, string folder, Uri address)
{
    public async Task HandleAsync(SimulatedCall call, RequestTime time)
    {
        // 1. Before the body.
        SimulatedUpload? upload;
        SimulatorAnswer? refused;
        lock (state.Lock)
        {
            state.Faults.SendBegins();
            upload = state.Find(call.Id, call.Token);
            refused = upload is null ? SimulatorAnswer.NotFound("file_upload", call.Id) : SendRules.NotPending(upload);
        }

        if (refused is not null || upload is null)
        {
            await responder.AnswerAsync(call, time, refused!, TimeSpan.Zero);
            return;
        }

        // 2. The form.
        using var form = await ReadAsync(call, upload, time);
        if (form is null)
        {
            return;
        }

        if (form.Cut)
        {
            await CutAsync(call, time, form.Fault!);
            return;
        }

        time.BodyIsRead();
        if (time.IsOver)
        {
            await responder.AnswerAsync(call, time, SimulatorAnswer.TimedOut(), TimeSpan.Zero);
            return;
        }

        // 3. What goes wrong.
        FaultAction? fault;
        lock (state.Lock)
        {
            fault = state.Faults.ForSendEnd(new FaultSubject("send", upload, upload.FileName, SendRules.Number(form)), form.Fault);
            if (fault is { Forget: true })
            {
                SimulatorState.Forget(upload);
            }
        }

        // 4. The part.
        await responder.CarryOutAsync(call, time, fault, () => Keep(upload, form, call));

        // 5. Room.
        await upload.Whole!.AdvanceAsync(CancellationToken.None);
    }

    private SimulatorAnswer Keep(SimulatedUpload upload, ReceivedForm form, SimulatedCall call)
    {
        if (new SendRules(state).Keep(upload, form) is { } refused)
        {
            return refused;
        }

        // The answer is made first: the upload expires after it, and the next call finds that out.
        var answer = new UploadCalls(state, address).Retrieve(upload, call);
        if (upload.Doomed && upload.Parts.Count * 2 >= upload.PartsTotal)
        {
            SimulatorState.Forget(upload);
        }

        return answer;
    }

    /// <summary>Reads the form; null: it was answered already.</summary>
    private async Task<ReceivedForm?> ReadAsync(SimulatedCall call, SimulatedUpload upload, RequestTime time)
    {
        var request = call.Context.Request;
        using var limit = time.BodyLimit();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(call.Left, limit.Token);
        try
        {
            var reader = new FormReader(folder, head =>
            {
                lock (state.Lock)
                {
                    return state.Faults.ForSendHead(new FaultSubject("send", upload, upload.FileName, null), head);
                }
            });
            return await reader.ReadAsync(new CountedStream(request.Body, state), request.ContentType ?? "", either.Token);
        }
        catch (Exception e) when (e is InvalidDataException or IOException and not BadHttpRequestException && !call.Left.IsCancellationRequested)
        {
            await responder.AnswerAsync(call, time, SimulatorAnswer.Invalid($"The request's body is not valid multipart/form-data: {e.Message}"), TimeSpan.Zero);
        }
        catch (OperationCanceledException) when (!call.Left.IsCancellationRequested)
        {
            // The time is up in the middle of the body.
            await responder.WriteAsync(call.Context, call.Endpoint, SimulatorAnswer.TimedOut(), close: true);
        }

        return null;
    }

    private async Task CutAsync(SimulatedCall call, RequestTime time, FaultAction fault)
    {
        lock (state.Lock)
        {
            state.Faults.Counted(fault);
        }

        if (fault.RefuseAfter is null)
        {
            call.Context.Abort();
        }
        else
        {
            await responder.AnswerAsync(call, time, SimulatorAnswer.For(fault), fault.Delay, close: true, html: fault.Html);
        }
    }
}
