using System.Security.Cryptography;
using Sluice.Checkpoints;
using Sluice.Errors;
using Sluice.Relay;

namespace Sluice.Conformance.Front;

/// <summary>One upload: the real feed, a reader in place of the session, an end that a test decides.</summary>
internal sealed class TestUpload : IRelayUpload, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _waited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _waits;
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MemoryStream _bytes = new();
    private readonly TimeProvider _time;
    private readonly bool _finishes;
    private readonly Task _session;

    public TestUpload(UploadRecord record, TimeProvider time, bool finishes, bool holdsBack, bool disk)
    {
        Record = record;
        _time = time;
        _finishes = finishes;
        Feed = new ClientFeed(record.Length, 0, disk ? new TestHeldBytes() : null, FeedOptions.Default with { Window = 1000 }, time);
        if (!holdsBack)
        {
            _go.SetResult();
        }

        _session = Task.Run(RunAsync, CancellationToken.None);
    }

    public ClientFeed Feed { get; }

    public UploadRecord Record { get; private set; }

    public bool IsOver => _over.Task.IsCompleted;

    public DateTimeOffset Expires => Record.Updated + TimeSpan.FromHours(24);

    public long Offset => Record.State == UploadState.Done ? Record.Length : Math.Min(Feed.Taken, Record.Length - 1);

    /// <summary>What the session read, once the upload is over.</summary>
    public byte[] Bytes => _bytes.ToArray();

    /// <summary>Ending the body takes longer than anybody waits.</summary>
    public bool Stuck { get; set; }

    /// <summary>Completes when a request waits for the end.</summary>
    public Task Waited => _waited.Task;

    /// <summary>How many requests have waited for the end.</summary>
    public int Waits => Volatile.Read(ref _waits);

    /// <summary>What AttachAsync answers.</summary>
    public SluiceError? AttachError { get; set; }

    public string? AttachedTo { get; private set; }

    public UploadSnapshot Snapshot() => new() { UploadId = Record.Id, Name = Record.Name, State = Record.State.ToString().ToLowerInvariant(), Length = Record.Length, Offset = Offset };

    public async Task<bool> EndBodyAsync(TimeSpan limit) => !Stuck && await Feed.EndBodyAsync(limit);

    public Task<BodyEnd> TakeBodyAsync(Stream body, long offset, long? count, CancellationToken clientGone) => Feed.RunAsync(body, offset, count, clientGone);

    public async Task<bool> WaitUntilOverAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        var wait = _over.Task.WaitAsync(limit, _time, cancellationToken);
        Interlocked.Increment(ref _waits);
        _waited.TrySetResult();
        try
        {
            await wait;
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    public async ValueTask CancelAsync(CancellationToken cancellationToken)
    {
        if (!IsOver)
        {
            await EndAsync(UploadState.Cancelled, null);
        }
    }

    public ValueTask<SluiceError?> AttachAsync(string to, string? caption, CancellationToken cancellationToken)
    {
        AttachedTo = to;
        return ValueTask.FromResult(AttachError);
    }

    /// <summary>The session begins to read.</summary>
    public void Go() => _go.TrySetResult();

    public Task FinishAsync() => EndAsync(UploadState.Done, null);

    public Task FailAsync(ErrorCode code) => EndAsync(UploadState.Failed, new SluiceError(code, "It failed in the test."));

    /// <summary>Notion forgot the upload.</summary>
    public void Rewind() => Feed.TryRewind();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _go.TrySetResult();
        await _session;
        await Feed.DisposeAsync();
        _stop.Dispose();
    }

    private async Task EndAsync(UploadState state, SluiceError? error)
    {
        var sha256 = state == UploadState.Done ? Convert.ToHexStringLower(SHA256.HashData(Bytes)) : null;
        lock (_lock)
        {
            Record = Record with { State = state, Error = error, Updated = _time.GetUtcNow(), Sha256 = sha256 };
            _over.TrySetResult();
        }

        await _stop.CancelAsync();
        await Feed.EndBodyAsync(TimeSpan.FromSeconds(2));
    }

    private void Enter(UploadState state)
    {
        lock (_lock)
        {
            Record = IsOver ? Record : Record with { State = state };
        }
    }

    private async Task RunAsync()
    {
        await _go.Task;
        Enter(UploadState.Transferring);
        var buffer = new byte[64 << 10];
        try
        {
            while (_bytes.Length < Record.Length)
            {
                _bytes.Write(buffer, 0, await Feed.ReadAsync(_bytes.Length, buffer, _stop.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SluiceException or ArgumentOutOfRangeException)
        {
            // Over, interrupted, or rewound: what goes on is up to the test.
            return;
        }

        Enter(UploadState.Finishing);
        if (_finishes)
        {
            await FinishAsync();
        }
    }
}
