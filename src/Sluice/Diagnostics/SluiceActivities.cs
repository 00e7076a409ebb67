using System.Diagnostics;

namespace Sluice.Diagnostics;

/// <summary>
/// The traces: an upload, its parts, and each call to Notion with the names of OpenTelemetry's HTTP client conventions.
/// Without a listener nothing is made. No token, no query and no file name goes into a trace.
/// </summary>
internal static class SluiceActivities
{
    private static readonly ActivitySource Source = new(MetricNames.Meter, typeof(SluiceActivities).Assembly.GetName().Version?.ToString(3));

    /// <summary>True where somebody listens.</summary>
    public static bool On => Source.HasListeners();

    /// <summary>An upload, from its start to its end in this process.</summary>
    public static Activity? StartUpload() => Source.StartActivity("upload");

    /// <summary>Names another trace's activity beside the parent: a request that did not start the upload but brought bytes of it.</summary>
    public static void Link(Activity? activity, Activity? other)
    {
        if (activity is not null && other is not null && other.TraceId != activity.TraceId)
        {
            activity.AddLink(new ActivityLink(other.Context));
        }
    }

    /// <summary>A part, from ready to acknowledged.</summary>
    public static Activity? StartPart(int number, long length)
    {
        var activity = Source.StartActivity("part");
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("sluice.part.number", number).SetTag("sluice.part.length", length);
        }

        return activity;
    }

    /// <summary>One attempt at one call.</summary>
    public static Activity? StartCall(HttpMethod method, Uri address, string path)
    {
        var activity = Source.StartActivity(method.Method, ActivityKind.Client);
        if (activity is { IsAllDataRequested: true })
        {
            var query = path.IndexOf('?', StringComparison.Ordinal);
            activity.SetTag("http.request.method", method.Method)
                .SetTag("server.address", address.Host)
                .SetTag("server.port", address.Port)
                .SetTag("url.scheme", address.Scheme)
                .SetTag("url.full", address.GetLeftPart(UriPartial.Authority).Replace(address.UserInfo + "@", "", StringComparison.Ordinal) + address.AbsolutePath.TrimEnd('/') + (query < 0 ? path : path[..query]))
                .SetTag("network.protocol.version", "1.1");
        }

        return activity;
    }

    /// <summary>How a call ended; <paramref name="status"/> null: without an answer.</summary>
    public static void EndCall(Activity? activity, int? status, string? errorType)
    {
        if (activity is null)
        {
            return;
        }

        if (status is { } code)
        {
            activity.SetTag("http.response.status_code", code);
        }

        Fail(activity, errorType);
    }

    /// <summary>Marks an activity as failed where there is an error's code.</summary>
    public static void Fail(Activity? activity, string? errorType)
    {
        if (activity is not null && errorType is not null)
        {
            activity.SetTag("error.type", errorType).SetStatus(ActivityStatusCode.Error, errorType);
        }
    }
}
