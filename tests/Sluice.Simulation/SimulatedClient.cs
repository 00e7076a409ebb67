namespace Sluice.Simulation;

/// <summary>
/// A tus client with one file: POST, then HEAD and PATCH until the end is told. Its tries count only while its offset does not
/// move, as those of tus-js-client do; when they are used up, its user comes back after a while.
/// </summary>
internal sealed class SimulatedClient(World world, GatewayRun gateways, ClientHabit habit, ClientFile file, ClientLink link)
{
    private readonly Random _random = world.Random;
    private (int Gateway, int Requests, int Generation)? _told;
    private bool _wasAway;

    public ClientFile File => file;

    public string Name => $"{habit.Name} with {file.Name}";

    /// <summary>True once it was told the end, or that the upload failed for good.</summary>
    public bool Over { get; private set; }

    /// <summary>The last answer that ended the upload without it being done; 0: none.</summary>
    public int Refused { get; private set; }

    /// <summary>How often its patience was over.</summary>
    public int GaveUp { get; private set; }

    /// <summary>The last offset it knows.</summary>
    public long Offset { get; private set; }

    public async Task RunAsync()
    {
        var (tried, before) = (0, 0L);
        while (!Over && !gateways.Closed)
        {
            await TryAsync().ConfigureAwait(false);
            if (Over)
            {
                return;
            }

            tried = Offset > before ? 0 : tried;
            before = Offset;
            if (tried < habit.Tries.Count)
            {
                await WaitAsync(habit.Tries[tried++]).ConfigureAwait(false);
                continue;
            }

            GaveUp++;
            tried = 0;
            await WaitAsync(TimeSpan.FromSeconds(_random.Next(5, 200))).ConfigureAwait(false);
            if (habit.Changes && link.Id is not null && !_wasAway)
            {
                file.Change();
            }

            _wasAway = true;
        }
    }

    /// <summary>From the address, or from asking for one, to the end or to the first failure.</summary>
    private async Task TryAsync()
    {
        // 1. An address.
        if (link.Id is null)
        {
            var made = await AskAsync(front => front.CreateAsync(file, link.To)).ConfigureAwait(false);
            if (made.Status != 201)
            {
                return;
            }

            link.Id ??= made.Id;
        }

        // 2. Where it stands.
        var front = gateways.Front;
        var head = await AskAsync(f => f.HeadAsync(link.Id!)).ConfigureAwait(false);
        if (!Stands(head))
        {
            return;
        }

        _told = front is not null && front == gateways.Front ? Mark(front) : null;

        // 3. Bodies.
        while (!Over)
        {
            var from = _random.NextDouble() < habit.GoesBack && Offset > 0 ? _random.NextInt64(Offset) : Offset;
            var answer = await SendAsync(from).ConfigureAwait(false);
            if (answer.Status == 409)
            {
                Expected409(from, answer);
                return;
            }

            if (!Stands(answer))
            {
                return;
            }
        }
    }

    /// <summary>2. What HEAD said is what the next body is accepted at, unless something lies between.</summary>
    private void Expected409(long from, FrontAnswer answer)
    {
        var told = _told;
        _told = null;
        if (from == Offset && told is { } mark && gateways.Front is { } front && Mark(front) is var now && now.Gateway == mark.Gateway && now.Generation == mark.Generation && now.Requests == mark.Requests + 1)
        {
            world.Guard(() => throw new Violation($"HEAD said {from} for '{file.Name}', and a body there was refused: {answer.Offset}"));
        }
    }

    private (int Gateway, int Requests, int Generation) Mark(GatewayFront front) =>
        (gateways.Number, front.Requests(link.Id!), world.Store.State.Uploads.GetValueOrDefault(link.Id!)?.Generation ?? 0);

    private async Task<FrontAnswer> SendAsync(long from)
    {
        var left = file.Length - from;
        var count = habit.Chunk > 0 ? Math.Min(habit.Chunk, left) : left;
        var draw = _random.NextDouble();
        var fate = draw < habit.Breaks ? BodyFate.Broken : draw < habit.Breaks + habit.Vanishes ? BodyFate.Silent : BodyFate.Ends;
        var lies = fate == BodyFate.Ends && _random.NextDouble() < habit.Lies;
        var ends = fate == BodyFate.Ends && !lies ? count : _random.NextInt64(count);
        if (gateways.Front is not { } front || gateways.Gateway is not { } gateway)
        {
            return FrontAnswer.Dropped;
        }

        using var gone = new CancellationTokenSource();
        var body = new ClientBody(world, gateway.Process, file, from, count, habit.Rate) { EndsAt = ends, Fate = fate };
        var serving = front.PatchAsync(link.Id!, body, habit.RefusesSmaller, gone.Token);
        if (fate == BodyFate.Silent)
        {
            // The client is gone; it comes back whatever became of its body, which is a zombie meanwhile.
            await Task.WhenAny(serving, WaitAsync(TimeSpan.FromSeconds(_random.Next(1, 150)))).ConfigureAwait(false);
            return FrontAnswer.Dropped;
        }

        var answer = await HearAsync(serving, gateway).ConfigureAwait(false);
        if (answer.Status == 0)
        {
            await gone.CancelAsync().ConfigureAwait(false);
        }

        return answer;
    }

    /// <summary>Takes an answer in; false where the try is over.</summary>
    private bool Stands(FrontAnswer answer)
    {
        switch (answer.Status)
        {
            case 200 or 204:
                Offset = answer.Offset;
                Over = Offset == file.Length;
                return true;
            case 400 or 404 or 410:
                Refused = answer.Status;
                Over = true;
                return false;
            default:
                return false;
        }
    }

    private async Task<FrontAnswer> AskAsync(Func<GatewayFront, Task<FrontAnswer>> ask) =>
        gateways is { Front: { } front, Gateway: { } gateway } ? await HearAsync(ask(front), gateway).ConfigureAwait(false) : FrontAnswer.Dropped;

    /// <summary>The answer, unless it is lost or the gateway dies.</summary>
    private async Task<FrontAnswer> HearAsync(Task<FrontAnswer> serving, Gateway gateway)
    {
        await Task.WhenAny(serving, gateway.Process.Died).ConfigureAwait(false);
        return !serving.IsCompleted || _random.NextDouble() < gateways.Plan.AnswersLost ? FrontAnswer.Dropped : await serving.ConfigureAwait(false);
    }

    private Task WaitAsync(TimeSpan wait) => Task.Delay(wait, world.Time);
}
