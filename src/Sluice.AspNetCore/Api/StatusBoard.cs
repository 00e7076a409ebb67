using System.Text.Json;
using Sluice.AspNetCore.Hosting;
using Sluice.Checkpoints;
using Sluice.Relay;

namespace Sluice.AspNetCore.Api;

/// <summary>The numbers of <c>/api/status</c>: uploads by state over all owners, counted from the records at most every 5 s.</summary>
internal sealed class StatusBoard(IRelayUploads uploads, GatewayDrain drain, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Believed = TimeSpan.FromSeconds(5);

    /// <summary>More records than this are not counted: <c>truncated</c> says so.</summary>
    private const int MaxCounted = 10_000;

    private readonly SemaphoreSlim _one = new(1);
    private readonly DateTimeOffset _start = time.GetUtcNow();
    private (IReadOnlyDictionary<UploadState, int> Counts, bool Truncated, long At)? _known;

    /// <summary>The document.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be known now.</exception>
    public async ValueTask<byte[]> DocumentAsync(CancellationToken cancellationToken)
    {
        var (counts, truncated) = await CountsAsync(cancellationToken);
        return JsonAnswer.Bytes(json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("uploads");
            foreach (var state in Enum.GetValues<UploadState>())
            {
                json.WriteNumber(UploadView.StateName(state), counts.GetValueOrDefault(state));
            }

            json.WriteEndObject();
            json.WriteBoolean("truncated", truncated);
            json.WriteBoolean("draining", drain.IsDraining);
            UploadJson.Time(json, "started", _start);
            json.WriteEndObject();
        });
    }

    public void Dispose() => _one.Dispose();

    private async ValueTask<(IReadOnlyDictionary<UploadState, int> Counts, bool Truncated)> CountsAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_known is not { } known || time.GetElapsedTime(known.At) >= Believed)
            {
                var (counts, truncated) = await CountAsync(cancellationToken);
                _known = known = (counts, truncated, time.GetTimestamp());
            }

            return (known.Counts, known.Truncated);
        }
        finally
        {
            _one.Release();
        }
    }

    private async ValueTask<(Dictionary<UploadState, int> Counts, bool Truncated)> CountAsync(CancellationToken cancellationToken)
    {
        var counts = new Dictionary<UploadState, int>();
        var counted = 0;
        string? cursor = null;
        do
        {
            var page = await uploads.ListAsync(new UploadQuery(Limit: 500, Cursor: cursor), cancellationToken);
            foreach (var record in page.Records)
            {
                counts[record.State] = counts.GetValueOrDefault(record.State) + 1;
            }

            counted += page.Records.Count;
            cursor = page.NextCursor;
        }
        while (cursor is not null && counted < MaxCounted);
        return (counts, cursor is not null);
    }
}
