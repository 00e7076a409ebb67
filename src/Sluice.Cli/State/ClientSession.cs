using Microsoft.Extensions.Logging;
using Sluice.Checkpoints;
using Sluice.Cli.Configuration;

namespace Sluice.Cli.State;

/// <summary>A client on an opened state folder: one pace and one budget for everything the command moves.</summary>
internal sealed class ClientSession : IAsyncDisposable
{
    private readonly OpenState _state;

    private ClientSession(OpenState state, SluiceClient client)
    {
        _state = state;
        Client = client;
    }

    public SluiceClient Client { get; }

    public string DataFolder => _state.Folder;

    public ICheckpointStore Store => Client.Engine.Store;

    public static async Task<ClientSession> OpenAsync(World world, LoadedSettings settings, string dataFolder, LogLevel logLevel, CancellationToken cancellationToken)
    {
        var (token, _) = TokenSource.Find(world, settings.Options.Notion.TokenFile);
        var state = OpenState.Open(dataFolder);
        try
        {
            var client = await new SluiceClientBuilder()
                .UseToken(token)
                .UseOptions(settings.Options)
                .UseProfile(settings.Profile)
                .UseStateFolder(dataFolder)
                .UseLoggers(new LineLoggerFactory(world, logLevel))
                .UseTime(world.Time)
                .UseHolder(state.Holder)
                .UseWholeDisk()
                .UseStore(async _ => await state.OpenStoreAsync(world.Time))
                .OpenAsync(cancellationToken);
            return new ClientSession(state, client);
        }
        catch
        {
            await state.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _state.DisposeAsync();
    }
}
