namespace Sluice.Transfer;

/// <summary>The engine behind <see cref="SluiceClient"/>.</summary>
internal sealed class TransferEngine : IAsyncDisposable
{
    public static Task<TransferEngine> OpenAsync(SluiceClientBuilder builder, CancellationToken cancellationToken) => throw new NotSupportedException();

    public UploadHandle Start(UploadRequest request) => throw new NotSupportedException();

    public UploadHandle Resume(string uploadId) => throw new NotSupportedException();

    public Task<UploadPlanInfo> PlanAsync(UploadRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ConnectionInfo> CheckAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
