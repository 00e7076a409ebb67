using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Sluice.EndToEnd.Running;

namespace Sluice.EndToEnd.Gateway;

/// <summary>The webhook of the published gateway: what it did not get rid of before a kill -9, the next process tells, with the same id.</summary>
public sealed class WebhookTests
{
    private const string Secret = "a secret of the test's own";

    [Fact]
    public async Task An_event_that_was_refused_before_a_kill_is_told_by_the_next_process()
    {
        await using var place = await Place.OpenAsync();
        var told = Channel.CreateUnbounded<(string Id, bool Signed, string Body)>();
        var status = 500;
        using var listener = Listen(out var address);
        var receiving = ReceiveAsync(listener, told.Writer, () => status);
        using var door = await GatewayDoor.OpenAsync(place, $"Monitoring:Webhook={address}", $"Monitoring:WebhookSecret={Secret}");
        var path = place.Write("film.txt", 6 << 20);
        (await place.StartProgram("curl", "-sS", "--fail-with-body", "-T", path, $"{door.Files}/film.txt?target={Place.Page}").EndAsync()).Exits(0);

        var first = await NextAsync(told);
        await door.KillAsync();
        while (told.Reader.TryRead(out _))
        {
            // Of the process that is dead; where it was the new one's, it was refused too, and comes again.
        }

        status = 204;
        var again = await NextAsync(told);
        Assert.Equal(first.Id, again.Id);

        Assert.True(first.Signed && again.Signed);
        Assert.Equal(first.Body, again.Body);
        using var body = JsonDocument.Parse(again.Body);
        Assert.Equal("upload.done", body.RootElement.GetProperty("type").GetString());
        Assert.Equal(Place.Sha256(path), body.RootElement.GetProperty("data").GetProperty("sha256").GetString());

        door.Process.Send(Signal.Terminate);
        var ended = (await door.Process.EndAsync()).Exits(0);
        Assert.DoesNotContain(Secret, ended.Out + ended.Error, StringComparison.Ordinal);
        listener.Stop();
        await receiving;
    }

    /// <summary>On a port that is free at this moment.</summary>
    private static HttpListener Listen(out string address)
    {
        for (var random = new Random(Environment.ProcessId); ;)
        {
            address = $"http://127.0.0.1:{random.Next(20_000, 32_000)}/hook/";
            var listener = new HttpListener { Prefixes = { address } };
            try
            {
                listener.Start();
                return listener;
            }
            catch (HttpListenerException)
            {
                listener.Close();
            }
        }
    }

    private static async Task ReceiveAsync(HttpListener listener, ChannelWriter<(string Id, bool Signed, string Body)> told, Func<int> status)
    {
        try
        {
            while (true)
            {
                var http = await listener.GetContextAsync();
                using var reader = new StreamReader(http.Request.InputStream, Encoding.UTF8);
                var body = await reader.ReadToEndAsync(CancellationToken.None);
                var (id, time) = (http.Request.Headers["webhook-id"]!, http.Request.Headers["webhook-timestamp"]!);
                using var hmac = new HMACSHA256(Encoding.UTF8.GetBytes(Secret));
                var signature = "v1," + Convert.ToBase64String(hmac.ComputeHash(Encoding.UTF8.GetBytes($"{id}.{time}.{body}")));
                http.Response.StatusCode = status();
                http.Response.Close();
                told.TryWrite((id, http.Request.Headers["webhook-signature"] == signature, body));
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task<(string Id, bool Signed, string Body)> NextAsync(Channel<(string Id, bool Signed, string Body)> told)
    {
        using var limit = new CancellationTokenSource(Bounds.Wait, TimeProvider.System);
        return await told.Reader.ReadAsync(limit.Token);
    }
}
