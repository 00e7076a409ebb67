namespace Sluice.AspNetCore.Hosting;

/// <summary>How one Notion connection is put together. <paramref name="Name"/> null: the default one.</summary>
internal sealed record EngineSetup(string? Name, Action<IServiceProvider, SluiceClientBuilder> Configure);
