using Sluice.Transfer;

namespace Sluice;

/// <summary>Uploads files to Notion with one token: one request budget, one memory budget and one record of uploads for all of them.</summary>
public sealed class SluiceClient : IAsyncDisposable
{
    private readonly TransferEngine _engine;

    private SluiceClient(TransferEngine engine) => _engine = engine;

    internal TransferEngine Engine => _engine;

    /// <summary>Starts an upload, or goes on with the same one that an earlier run left unfinished (same file path, target, address and bot).</summary>
    /// <param name="request">What goes where.</param>
    /// <returns>A handle to watch and stop it; nothing is thrown for an expected failure.</returns>
    public UploadHandle Start(UploadRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _engine.Start(request);
    }

    /// <summary>Goes on with a recorded upload of a file, by its id.</summary>
    /// <param name="uploadId">Our id, as a result or a list shows it.</param>
    public UploadHandle Resume(string uploadId) => _engine.Resume(uploadId);

    /// <summary>Uploads and waits for the end.</summary>
    /// <param name="request">What goes where.</param>
    /// <param name="cancellationToken">Stops at a safe point; the result then says interrupted.</param>
    public async Task<UploadResult> UploadAsync(UploadRequest request, CancellationToken cancellationToken = default)
    {
        var handle = Start(request);
        var stop = cancellationToken.UnsafeRegister(static state => _ = ((UploadHandle)state!).StopAsync(TimeSpan.FromSeconds(8)), handle);
        await using (stop.ConfigureAwait(false))
        {
            return await handle.Completion.ConfigureAwait(false);
        }
    }

    /// <summary>Says what an upload would do: type, parts, least time at this rate. Asks Notion for the workspace's limit and the target only.</summary>
    /// <param name="request">What would go where.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="Errors.SluiceException">What would make the upload refused.</exception>
    public Task<UploadPlanInfo> PlanAsync(UploadRequest request, CancellationToken cancellationToken = default) => _engine.PlanAsync(request, cancellationToken);

    /// <summary>Asks Notion who the token belongs to.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="Errors.SluiceException"><c>token_refused</c>, <c>notion_unreachable</c> and the time limits.</exception>
    public Task<ConnectionInfo> CheckAsync(CancellationToken cancellationToken = default) => _engine.CheckAsync(cancellationToken);

    /// <summary>Stops what is still under way (8 s at most) and closes the store.</summary>
    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    internal static async Task<SluiceClient> OpenAsync(SluiceClientBuilder builder, CancellationToken cancellationToken) =>
        new(await TransferEngine.OpenAsync(builder, cancellationToken).ConfigureAwait(false));
}
