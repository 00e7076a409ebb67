using System.Globalization;
using Microsoft.AspNetCore.Http;
using Sluice.Simulator.Faults;
using Sluice.Simulator.State;

namespace Sluice.Simulator.Serving;

/// <summary>Does a request's work, unless a fault prevents it, and answers, or does not.</summary>
internal sealed class Responder(SimulatorState state)
{
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(100);

    /// <summary>(1) The work, unless it is prevented; (2) the answer, the fault's answer, or none.</summary>
    public async Task CarryOutAsync(SimulatedCall call, RequestTime time, FaultAction? fault, Func<SimulatorAnswer> work)
    {
        // 1. The work.
        SimulatorAnswer? done = null;
        if (fault?.PreventsWork != true)
        {
            lock (state.Lock)
            {
                done = work();
            }
        }

        // 2. The answer. A request that is refused anyway is refused: a fault does not make up a write that never was.
        if (fault is { Hang: true })
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, state.Options.Time, call.Left);
        }
        else if (fault is { ResetAfter: not null })
        {
            call.Context.Abort();
        }
        else if (fault is { Status: > 0 } && done is null or { Status: 200 } && fault?.Status > 0)
        {
            await AnswerAsync(call, time, SimulatorAnswer.For(fault, done), fault.Delay, close: fault.RefuseAfter is not null, html: fault.Html);
        }
        else
        {
            await AnswerAsync(call, time, done!, fault?.Delay ?? TimeSpan.Zero);
        }
    }

    /// <summary>
    /// Answers after the delay; when the request's time is up before, with a 504 then. Closed: what is left of the body is not read.
    /// HTML: an edge's page, that does not come from Notion.
    /// </summary>
    public async Task AnswerAsync(SimulatedCall call, RequestTime time, SimulatorAnswer answer, TimeSpan delay, bool close = false, bool html = false)
    {
        var wait = delay + state.Switches.Latency;
        if (time.Left is var left && wait > left)
        {
            (wait, answer, html) = (left > TimeSpan.Zero ? left : TimeSpan.Zero, SimulatorAnswer.TimedOut(), false);
        }

        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, state.Options.Time, call.Left);
        }

        await WriteAsync(call.Context, call.Endpoint, answer, close, html);
    }

    /// <summary>Writes an answer and counts it.</summary>
    public async Task WriteAsync(HttpContext context, string endpoint, SimulatorAnswer answer, bool close = false, bool html = false)
    {
        string id;
        lock (state.Lock)
        {
            var key = $"{endpoint} {answer.Status}";
            state.Answers[key] = state.Answers.GetValueOrDefault(key) + 1;
            id = state.NewRequestId();
        }

        var response = context.Response;
        var ray = id[..8] + id[9..13] + id[14..18];
        response.StatusCode = answer.Status;
        response.Headers["cf-ray"] = ray;
        if (answer.RetryAfter is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (close)
        {
            response.Headers.Connection = "close";
        }

        string text;
        if (html)
        {
            response.ContentType = "text/html; charset=UTF-8";
            text = $"<html><head><title>{answer.Status}</title></head><body><h1>Error {answer.Status}</h1><p>Ray ID: {ray}</p></body></html>";
        }
        else
        {
            answer.Body["request_id"] = id;
            response.Headers["x-notion-request-id"] = id;
            response.ContentType = "application/json; charset=utf-8";
            text = JsonText.Write(answer.Body);
        }

        await response.WriteAsync(text, context.RequestAborted);
        await response.CompleteAsync();
        if (close)
        {
            // A close with bytes unread is a reset, which overtakes an answer that the kernel still holds. The time is the
            // kernel's, not the simulator's.
            await Task.Delay(Linger, TimeProvider.System, context.RequestAborted);
            context.Abort();
        }
    }
}
