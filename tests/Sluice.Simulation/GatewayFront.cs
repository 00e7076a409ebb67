using Sluice.Checkpoints;
using Sluice.Errors;
using Sluice.Relay;

namespace Sluice.Simulation;

/// <summary>
/// The front door without sockets: the steps of TusCreate, TusHead and TusPatch on the same uploads, as far as they are the
/// session's state. What travels (headers, connections, checksums) is for tests/Sluice.Conformance/Front.
/// </summary>
internal sealed class GatewayFront(World world, Process process, RelayUploads uploads) : IDisposable
{
    private static readonly TimeSpan EndBody = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(25);

    private readonly TaskCompletionSource<FrontAnswer> _never = new();
    private readonly Dictionary<string, Serving> _serving = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _requests = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _drain = new();
    private readonly CancellationTokenSource _aborted = new();
    private bool _draining;

    /// <summary>The bodies that are being taken.</summary>
    public IEnumerable<Serving> Bodies => _serving.Values;

    public void Drain()
    {
        _draining = true;
        _drain.Cancel();
    }

    /// <summary>The server's last word: connections that are still open are closed.</summary>
    public void Abort() => _aborted.Cancel();

    public void Dispose()
    {
        _drain.Dispose();
        _aborted.Dispose();
    }

    /// <summary>How many requests there were for an upload: who sees it move knows that somebody else was there.</summary>
    public int Requests(string id) => _requests.GetValueOrDefault(id);

    public Task<FrontAnswer> CreateAsync(ClientFile file, string to) => ServeAsync("create", async () =>
    {
        var (upload, error) = await uploads.CreateAsync(new RelayRequest { Owner = "o", Name = file.Name, Length = file.Length, To = to }, _aborted.Token).ConfigureAwait(false);
        return upload is null ? new FrontAnswer(error!.Code.HttpStatus) : new FrontAnswer(201, 0, upload.Record.Id);
    });

    public Task<FrontAnswer> HeadAsync(string id) => ServeAsync("head " + id, async () =>
    {
        _requests[id] = Requests(id) + 1;
        if (await uploads.FindAsync(id, CancellationToken.None).ConfigureAwait(false) is not { } upload)
        {
            return new FrontAnswer(404);
        }

        if (!await upload.EndBodyAsync(EndBody).ConfigureAwait(false))
        {
            return new FrontAnswer(423);
        }

        return upload.IsOver && upload.Record.State != UploadState.Done ? new FrontAnswer(410) : new FrontAnswer(200, Told(upload));
    });

    public Task<FrontAnswer> PatchAsync(string id, ClientBody body, bool refusesSmaller, CancellationToken gone) => ServeAsync($"patch {id} at {body.Offset}", async () =>
    {
        _requests[id] = Requests(id) + 1;
        if (await uploads.FindAsync(id, CancellationToken.None).ConfigureAwait(false) is not { } upload)
        {
            return new FrontAnswer(404);
        }

        if (!await upload.EndBodyAsync(EndBody).ConfigureAwait(false))
        {
            return new FrontAnswer(423);
        }

        // What the upload says of itself.
        if (upload.IsOver && upload.Record.State != UploadState.Done)
        {
            return new FrontAnswer(410);
        }

        var length = upload.Record.Length;
        if (body.Offset != (upload.IsOver && body.Offset == length - 1 ? body.Offset : upload.Offset))
        {
            return new FrontAnswer(409, Told(upload));
        }

        if (upload.IsOver)
        {
            return new FrontAnswer(204, Told(upload));
        }

        // The body.
        var end = await TakeAsync(upload, body, gone).ConfigureAwait(false);
        if (end == BodyEnd.WrongOffset)
        {
            // 2. What was told is what the next body is accepted at, unless somebody else brings one or the upload is over by now.
            Check(
                upload.Offset != body.Offset || upload.IsOver || _draining || _serving.ContainsKey(id),
                () => $"a body at {body.Offset} of '{upload.Record.Name}' was refused, and {body.Offset} is what is told");
            return new FrontAnswer(409, Told(upload));
        }

        if (end != BodyEnd.Whole)
        {
            return upload is { IsOver: true, Record.State: not UploadState.Done } ? new FrontAnswer(400) : FrontAnswer.Dropped;
        }

        // 14. No 2xx before the body's end.
        Check(body.Taken == body.Count, () => $"the body at {body.Offset} of '{upload.Record.Name}' is told as taken, {body.Taken} of {body.Count} bytes were read");
        var brought = body.Offset + body.Count;
        if (brought >= length && !upload.IsOver)
        {
            try
            {
                await upload.WaitUntilOverAsync(AnswerWithin, _drain.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // The process stops; the client asks the next one.
            }
        }

        return upload is { IsOver: true, Record.State: not UploadState.Done } ? new FrontAnswer(410)
            : upload.Offset < brought && refusesSmaller ? new FrontAnswer(503)
            : new FrontAnswer(204, Told(upload));
    });

    private async Task<BodyEnd> TakeAsync(IRelayUpload upload, ClientBody body, CancellationToken gone)
    {
        var serving = new Serving(upload, body) { Since = world.Time.Now, From = upload.Offset };
        var mine = _serving.TryAdd(upload.Record.Id, serving);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(gone, _aborted.Token);
        try
        {
            return await upload.TakeBodyAsync(body, body.Offset, body.Count, either.Token).ConfigureAwait(false);
        }
        finally
        {
            body.Closed = true;
            if (mine)
            {
                _serving.Remove(upload.Record.Id);
            }
        }
    }

    /// <summary>The offset as it is told, with what must be true of it.</summary>
    private long Told(IRelayUpload upload)
    {
        GatewayInvariants.Told(world, upload);
        return upload.Offset;
    }

    /// <summary>A request from its arrival to its answer. A dead process answers nothing; a store that is away has the connection dropped.</summary>
    private async Task<FrontAnswer> ServeAsync(string what, Func<Task<FrontAnswer>> serve)
    {
        process.Step("request " + what);
        if (process.Dead || _draining)
        {
            return FrontAnswer.Dropped;
        }

        FrontAnswer answer;
        try
        {
            answer = await serve().ConfigureAwait(false);
        }
        catch (Exception e) when (e is StoreUnavailableException or SluiceException or OperationCanceledException or ObjectDisposedException && (_draining || e is not ObjectDisposedException))
        {
            answer = FrontAnswer.Dropped;
        }

        process.Step($"answer {what}: {answer.Status} {answer.Offset}");
        return process.Dead ? await _never.Task.ConfigureAwait(false) : answer;
    }

    private void Check(bool holds, Func<string> otherwise) => world.Guard(() => Violation.Unless(holds || process.Dead, otherwise));

    /// <summary>A body while the upload takes it, with the mark its progress is measured from.</summary>
    internal sealed class Serving(IRelayUpload upload, ClientBody body)
    {
        public IRelayUpload Upload => upload;

        public ClientBody Body => body;

        public long From { get; set; }

        public long Since { get; set; }
    }
}
