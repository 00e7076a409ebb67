using Sluice.Transfer;

namespace Sluice.Relay;

/// <summary>Makes a feed the source of one run; the feed outlives the run.</summary>
internal sealed class ClientUploadSource(ClientFeed feed) : UploadSource
{
    internal override string? SuggestedName => null;

    internal override ValueTask<IByteSource> OpenAsync(SourceContext context, CancellationToken cancellationToken) => ValueTask.FromResult<IByteSource>(feed);
}
