namespace Sluice.AspNetCore.Hosting;

/// <summary>Says that this process is about to stop: not ready, nothing new, waiting answers and event streams end. Bodies are ended by their sessions.</summary>
internal sealed class GatewayDrain : IDisposable
{
    private readonly CancellationTokenSource _source = new();

    /// <summary>Fires when stopping begins.</summary>
    public CancellationToken Token => _source.Token;

    public bool IsDraining => _source.IsCancellationRequested;

    public void Begin() => _source.Cancel();

    public void Dispose() => _source.Dispose();
}
