using Sluice.EndToEnd.OfficialClients;
using Sluice.EndToEnd.Running;
using Sluice.Simulator;

namespace Sluice.EndToEnd.Gateway;

/// <summary>What stands between a client and the gateway: networks that cut, delay and drop, and nginx with its patience.</summary>
public sealed class ProxyTests
{
    private static readonly long Size = Program.IsFull ? 1L << 30 : 24L << 20;

    [Theory]
    [InlineData("cuts every connection", 2)]
    [InlineData("delays every piece", 0)]
    [InlineData("swallows what comes, then cuts", 2)]
    public async Task Tus_js_client_arrives_with_its_default_patience_through_a_proxy_that(string does, int cuts)
    {
        await using var place = await Place.OpenAsync(new SimulatorOptions { RequestsPerMinute = 0 });
        using var door = await GatewayDoor.OpenAsync(place);

        // The long form cuts at the 30 s of routers; here each connection brings some megabytes before its end.
        var cutAfter = Program.IsFull ? TimeSpan.FromSeconds(30) : TimeSpan.FromSeconds(1);
        var slow = TimeSpan.FromMilliseconds(Program.IsFull ? 2 : 20);
        await using var proxy = new TcpFaultProxy(door.Address, n => does switch
        {
            "cuts every connection" => new TcpFaultProxy.Fault(CutAfter: cutAfter, Delay: slow / 10),
            "delays every piece" => new TcpFaultProxy.Fault(Delay: TimeSpan.FromMilliseconds(5)),
            _ => n >= 3 ? new TcpFaultProxy.Fault() : new TcpFaultProxy.Fault(CutAfter: cutAfter * 2, SwallowAfter: 4 << 20),
        });
        var path = place.Write("film.txt", Size);

        var client = place.StartProgram("node", Path.Combine(OfficialClient.Folder, "tus-upload.mjs"), $"{proxy.Address}files", path, Place.Page);

        await door.ArrivedAsync(path, (await client.EndAsync()).Exits(0).Out.Trim());
        Assert.True(proxy.Cuts >= cuts, $"Only {proxy.Cuts} connections were cut.");
    }

    [Fact]
    public async Task An_upload_that_is_held_longer_than_nginx_waits_gets_no_504()
    {
        await using var place = await Place.OpenAsync(new SimulatorOptions { RequestsPerMinute = 0 });

        // nginx counts a write only once a third of its send buffer is free, which holds up to 1.8 MB here: a window each fifteenth of its
        // patience (docs/http.md, Behind a proxy).
        var window = Program.IsFull ? "4s" : "250ms";

        // Notion takes longer over each of the first parts than nginx waits for a write; memory and spool hold a part of the file only.
        var held = Program.IsFull ? TimeSpan.FromMinutes(3) : TimeSpan.FromSeconds(10);
        var nginxWaits = Program.IsFull ? TimeSpan.FromSeconds(60) : TimeSpan.FromSeconds(4);
        using var door = await GatewayDoor.OpenAsync(
            place,
            "Security:TrustedProxies=127.0.0.1", "Memory:BufferMb=11", "Spool:MaxBytes=40MiB", $"Front:HoldRead={window}", "Timeouts:Response=10m", "Timeouts:Read=10m", "Timeouts:Total=20m");
        await place.Notion.FaultsAsync($$"""[{"endpoint":"send","times":3,"delay_ms":{{(int)held.TotalMilliseconds}}}]""");
        await using var nginx = await Nginx.StartAsync(place, door.Address, nginxWaits);
        var path = place.Write("film.txt", 64L << 20);

        var client = place.StartProgram("node", Path.Combine(OfficialClient.Folder, "tus-upload.mjs"), $"{nginx.Address}files", path, Place.Page);

        await door.ArrivedAsync(path, (await client.EndAsync()).Exits(0).Out.Trim());
        var log = nginx.Log;
        Assert.Contains("\"PATCH ", log, StringComparison.Ordinal);
        Assert.DoesNotContain("\" 504 ", log, StringComparison.Ordinal);
        Assert.DoesNotContain("\" 502 ", log, StringComparison.Ordinal);
        Assert.True(nginx.Longest > nginxWaits, $"No request was held for longer than nginx waits: {log}");
    }
}
