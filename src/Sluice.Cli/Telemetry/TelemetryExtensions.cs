using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Sluice.AspNetCore.Hosting;
using Sluice.AspNetCore.Security;
using Sluice.Diagnostics;

namespace Sluice.Cli.Telemetry;

/// <summary>
/// The gateway's telemetry through OpenTelemetry: <c>/metrics</c> as Prometheus reads it, and, where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>
/// is set, metrics and traces by OTLP; the other <c>OTEL_</c> variables mean what OpenTelemetry says they do. Without an endpoint
/// no trace is made, so that tracing costs nothing.
/// </summary>
internal static class TelemetryExtensions
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>The runtime's own numbers: heap, collections, threads, CPU. Read when somebody asks.</summary>
    private const string RuntimeMeter = "System.Runtime";

    /// <summary>The server's requests, which are the parents of uploads.</summary>
    private const string RequestSource = "Microsoft.AspNetCore";

    /// <summary>Series of one instrument; what comes on top is counted under one series named overflow.</summary>
    private const int MaxSeries = 100;

    private static readonly double[] Seconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];

    private static readonly double[] Bytes = [1e5, 1e6, 5e6, 2e7, 1e8, 5e8, 1e9, 2.5e9, 5.5e9];

    /// <summary>Listens to the meters from here on; call it before an upload can come in.</summary>
    public static WebApplicationBuilder AddSluiceTelemetry(this WebApplicationBuilder builder, World world)
    {
        var exports = world.Variable(Endpoint) is not null;
        builder.Configuration.AddInMemoryCollection(world.Variables.Where(static v => v.Key.StartsWith("OTEL_", StringComparison.Ordinal)).Select(static v => KeyValuePair.Create(v.Key, (string?)v.Value)));
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(static resource => resource.AddService("sluice", serviceVersion: typeof(TelemetryExtensions).Assembly.GetName().Version?.ToString(3)))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(MetricNames.Meter, RuntimeMeter).AddView(Stream).AddPrometheusExporter();
                if (exports)
                {
                    metrics.AddOtlpExporter();
                }
            });
        if (exports)
        {
            telemetry.WithTracing(static traces => traces.AddSource(MetricNames.Meter, RequestSource).AddOtlpExporter());
        }

        return builder;
    }

    /// <summary>Maps <c>/metrics</c> behind the same guard as the API: who is not at this machine needs the read scope.</summary>
    public static IEndpointConventionBuilder MapSluiceMetrics(this IEndpointRouteBuilder endpoints)
    {
        var guard = endpoints.ServiceProvider.GetRequiredService<FrontGuard>();
        return endpoints.MapPrometheusScrapingEndpoint("/metrics", meterProvider: null, scrape => scrape.Use(
            (http, next) => guard.RunAsync(http, http.Request.Method, [new FrontVerb(HttpMethods.Get, Scopes.Read, _ => next(http))])), optionsName: null);
    }

    /// <summary>
    /// OpenTelemetry's own bounds are for milliseconds; ours are for parts of a second to an hour, and for files. And it makes room for
    /// 2,000 series of each instrument from the start, 8 MiB in all, where the largest of ours (sluice.errors) has a few dozen.
    /// </summary>
    private static MetricStreamConfiguration Stream(System.Diagnostics.Metrics.Instrument instrument) =>
        instrument.Meter.Name != MetricNames.Meter || !instrument.GetType().Name.StartsWith("Histogram", StringComparison.Ordinal)
            ? new MetricStreamConfiguration { CardinalityLimit = MaxSeries }
            : new ExplicitBucketHistogramConfiguration { Boundaries = instrument.Unit == "By" ? Bytes : Seconds, CardinalityLimit = MaxSeries };
}
