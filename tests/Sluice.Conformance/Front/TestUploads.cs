using System.Security.Cryptography;
using Sluice.Checkpoints;
using Sluice.Errors;
using Sluice.Notion;
using Sluice.Relay;

namespace Sluice.Conformance.Front;

/// <summary>Uploads behind the front door whose feeds are the real ones; what stands in for the engine reads the feed into memory and finishes when a test says so.</summary>
internal sealed class TestUploads(TimeProvider time) : IRelayUploads, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<TestUpload> _uploads = [];

    /// <summary>Every request for an upload that came here.</summary>
    public List<RelayRequest> Requests { get; } = [];

    /// <summary>What the next create is refused with.</summary>
    public SluiceError? Refusal { get; set; }

    /// <summary>The store does not answer.</summary>
    public bool StoreDown { get; set; }

    /// <summary>New uploads finish by themselves when their bytes are in.</summary>
    public bool FinishesAtOnce { get; set; } = true;

    /// <summary>New uploads are held back: nothing is read until a test lets it.</summary>
    public bool HoldsBack { get; set; }

    /// <summary>New uploads can trickle into held bytes.</summary>
    public bool HasDisk { get; set; }

    public IReadOnlyList<TestUpload> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _uploads];
            }
        }
    }

    public TestUpload Only => All.Single();

    public ValueTask<(IRelayUpload? Upload, SluiceError? Error)> CreateAsync(RelayRequest request, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        if (Refusal is { } refusal)
        {
            return ValueTask.FromResult<(IRelayUpload?, SluiceError?)>((null, refusal));
        }

        var name = NotionName.Clean(request.Name);
        if (NotionName.Problem(name, NotionLimits.Default) is { } problem)
        {
            return ValueTask.FromResult<(IRelayUpload?, SluiceError?)>((null, problem));
        }

        if (!UploadTarget.TryParse(request.To, out var target, out var why))
        {
            return ValueTask.FromResult<(IRelayUpload?, SluiceError?)>((null, new SluiceError(ErrorCodes.BadRequest, why)));
        }

        var now = time.GetUtcNow();
        var record = new UploadRecord
        {
            Id = RandomNumberGenerator.GetHexString(32, lowercase: true),
            Owner = request.Owner,
            Name = name,
            ContentType = request.ContentType,
            Length = request.Length,
            State = UploadState.Waiting,
            ConnectionId = "test",
            Target = target,
            Caption = request.Caption,
            Metadata = request.Metadata,
            Created = now,
            Updated = now,
        };
        var upload = new TestUpload(record, time, FinishesAtOnce, HoldsBack, HasDisk);
        lock (_lock)
        {
            Requests.Add(request);
            _uploads.Add(upload);
        }

        return ValueTask.FromResult<(IRelayUpload?, SluiceError?)>((upload, null));
    }

    public ValueTask<IRelayUpload?> FindAsync(string id, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        lock (_lock)
        {
            return ValueTask.FromResult<IRelayUpload?>(_uploads.FirstOrDefault(upload => upload.Record.Id == id));
        }
    }

    public IReadOnlyList<IRelayUpload> Live() => All;

    public ValueTask<IReadOnlyDictionary<UploadState, int>> CountAsync(CancellationToken cancellationToken)
    {
        ThrowIfDown();
        return ValueTask.FromResult<IReadOnlyDictionary<UploadState, int>>(All.GroupBy(upload => upload.Record.State).ToDictionary(group => group.Key, group => group.Count()));
    }

    public ValueTask<UploadPage> ListAsync(UploadQuery query, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        var skip = query.Cursor is null ? 0 : int.Parse(query.Cursor, System.Globalization.CultureInfo.InvariantCulture);
        var found = All.Select(upload => upload.Record).Reverse()
            .Where(record => (query.Owner is null || record.Owner == query.Owner) && (query.States is null || query.States.Contains(record.State)))
            .ToList();
        var page = found.Skip(skip).Take(query.Limit).ToList();
        var next = skip + page.Count < found.Count ? (skip + page.Count).ToString(System.Globalization.CultureInfo.InvariantCulture) : null;
        return ValueTask.FromResult(new UploadPage(page, next, []));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var upload in All)
        {
            await upload.DisposeAsync();
        }
    }

    private void ThrowIfDown()
    {
        if (StoreDown)
        {
            throw new StoreUnavailableException("The store is down.");
        }
    }
}
