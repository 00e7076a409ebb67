using Sluice.AspNetCore.Hosting;
using Sluice.Checkpoints;
using Sluice.Relay;

namespace Sluice.AspNetCore.Api;

/// <summary>
/// The document of <c>/api/status</c>: the dashboard's numbers, made at most once a second for all who ask, and uploads by state
/// over all owners, counted from the records at most every 5 s.
/// </summary>
internal sealed class StatusBoard(IRelayUploads uploads, GatewayEngine gateway, GatewayDrain drain, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan CountsHold = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan DocumentHolds = TimeSpan.FromMilliseconds(900);

    private readonly SemaphoreSlim _one = new(1);
    private readonly DateTimeOffset _start = time.GetUtcNow();
    private (IReadOnlyDictionary<UploadState, int> Counts, long At)? _counts;
    private (byte[] Document, bool Draining, long At)? _document;

    /// <summary>The document.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be known now.</exception>
    public async ValueTask<byte[]> DocumentAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_document is { } made && made.Draining == drain.IsDraining && time.GetElapsedTime(made.At) < DocumentHolds)
            {
                return made.Document;
            }

            if (_counts is not { } known || time.GetElapsedTime(known.At) >= CountsHold)
            {
                _counts = known = (await uploads.CountAsync(cancellationToken), time.GetTimestamp());
            }

            var document = Document(known.Counts);
            _document = (document, drain.IsDraining, time.GetTimestamp());
            return document;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private byte[] Document(IReadOnlyDictionary<UploadState, int> counts) => JsonAnswer.Bytes(json =>
    {
        json.WriteStartObject();
        json.WriteStartObject("uploads");
        foreach (var state in Enum.GetValues<UploadState>())
        {
            json.WriteNumber(UploadView.StateName(state), counts.GetValueOrDefault(state));
        }

        json.WriteEndObject();
        json.WriteBoolean("draining", drain.IsDraining);
        UploadJson.Time(json, "started", _start);
        StatusJson.Write(json, gateway.Engine, gateway.Admission);
        json.WriteEndObject();
    });
}
