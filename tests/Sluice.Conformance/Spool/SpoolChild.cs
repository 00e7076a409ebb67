namespace Sluice.Conformance.Spool;

/// <summary>The process that is killed: it uploads its standard input and says how far it is.</summary>
internal static class SpoolChild
{
    public const string Verb = "spool-child";

    public static async Task<int> RunAsync(string state, string address, string bytesPerSecond)
    {
        await using var opened = await SpoolWorld.OpenAsync(state, new Uri(address), SpoolWorld.Number(bytesPerSecond), null, null, CancellationToken.None);
        await using var input = Console.OpenStandardInput();
        var handle = opened.Client.Start(new UploadRequest { Source = UploadSource.Staged(input), Name = "piped.txt" });
        await foreach (var happened in handle.EventsAsync(CancellationToken.None))
        {
            await Console.Out.WriteLineAsync($"{happened.Kind} {handle.Snapshot().UploadId}".AsMemory(), CancellationToken.None);
            await Console.Out.FlushAsync(CancellationToken.None);
        }

        await Console.Out.WriteLineAsync($"{(await handle.Completion).Status}".AsMemory(), CancellationToken.None);
        return 0;
    }
}
