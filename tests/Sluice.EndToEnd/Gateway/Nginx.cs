using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Sluice.EndToEnd.Running;

namespace Sluice.EndToEnd.Gateway;

/// <summary>nginx as a reverse proxy in front of the gateway, set up as docs for uploads behind nginx say: bodies are passed on as they come.</summary>
internal sealed class Nginx : IAsyncDisposable
{
    private readonly RunningProgram _process;
    private readonly string _folder;

    private Nginx(RunningProgram process, string folder, Uri address)
    {
        _process = process;
        _folder = folder;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>Its access log: request, status, seconds.</summary>
    public string Log => File.ReadAllText(Path.Combine(_folder, "access.log"));

    /// <summary>How long the longest request took.</summary>
    public TimeSpan Longest => TimeSpan.FromSeconds(Log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Max(line => double.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture)));

    /// <param name="place">Where it runs.</param>
    /// <param name="gateway">What it stands in front of.</param>
    /// <param name="timeout">How long it waits for the gateway to take or to send bytes.</param>
    public static async Task<Nginx> StartAsync(Place place, Uri gateway, TimeSpan timeout)
    {
        var folder = Path.Combine(place.Root, "nginx");
        Directory.CreateDirectory(folder);
        var port = FreePort();
        var seconds = (int)timeout.TotalSeconds;
        await File.WriteAllTextAsync(
            Path.Combine(folder, "nginx.conf"),
            $$"""
            daemon off;
            master_process off;
            pid {{folder}}/nginx.pid;
            error_log {{folder}}/error.log;
            events { worker_connections 64; }
            http {
              log_format brief '"$request" $status $request_time';
              access_log {{folder}}/access.log brief;
              client_body_temp_path {{folder}}/body;
              proxy_temp_path {{folder}}/proxy;
              fastcgi_temp_path {{folder}}/fastcgi;
              uwsgi_temp_path {{folder}}/uwsgi;
              scgi_temp_path {{folder}}/scgi;
              server {
                listen 127.0.0.1:{{port}};
                client_max_body_size 0;
                location / {
                  proxy_pass {{gateway}};
                  proxy_http_version 1.1;
                  proxy_request_buffering off;
                  proxy_set_header X-Forwarded-For $remote_addr;
                  proxy_set_header Host $http_host;
                  proxy_send_timeout {{seconds}}s;
                  proxy_read_timeout 60s;
                }
              }
            }
            """,
            TestContext.Current.CancellationToken);
        var process = place.StartProgram("/usr/sbin/nginx", "-p", folder, "-c", Path.Combine(folder, "nginx.conf"), "-e", Path.Combine(folder, "error.log"));
        var address = new Uri($"http://127.0.0.1:{port}/");
        using var http = new HttpClient();
        await Bounds.UntilAsync(() => AnswersAsync(http, address), () => $"nginx answers: {process.Error}");
        return new Nginx(process, folder, address);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.IsOver)
        {
            _process.Send(Signal.Terminate);
        }

        await _process.EndAsync();
    }

    private static async Task<bool> AnswersAsync(HttpClient http, Uri address)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(address, "healthz"), TestContext.Current.CancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
