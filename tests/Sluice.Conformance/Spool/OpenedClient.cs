using Sluice.Stores;

namespace Sluice.Conformance.Spool;

/// <summary>A client and the proof that its process lives.</summary>
internal sealed record OpenedClient(SluiceClient Client, OwnerLocks Owner) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        Owner.Dispose();
    }
}
