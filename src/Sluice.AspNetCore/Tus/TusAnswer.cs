using System.Globalization;
using Microsoft.AspNetCore.Http;
using Sluice.AspNetCore.Api;
using Sluice.Relay;

namespace Sluice.AspNetCore.Tus;

/// <summary>Headers of the protocol's answers.</summary>
internal static class TusAnswer
{
    /// <summary>Every answer names the version.</summary>
    public static void Version(HttpContext http) => http.Response.Headers[TusConstants.Resumable] = TusConstants.Version;

    /// <summary>Where the upload stands and until when it is kept.</summary>
    public static void Standing(HttpContext http, long offset, IRelayUpload upload)
    {
        http.Response.Headers[TusConstants.Offset] = offset.ToString(CultureInfo.InvariantCulture);
        if (!upload.IsOver)
        {
            Expires(http, upload);
        }
    }

    public static void Expires(HttpContext http, IRelayUpload upload) => http.Response.Headers[TusConstants.Expires] = upload.Expires.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>How fast the file has to come, where it does not gather in the spool first.</summary>
    public static void NeededRate(HttpContext http, IRelayUpload upload, DateTimeOffset now)
    {
        if (UploadView.Of(upload, now) is { NeededBytesPerSecond: { } rate })
        {
            http.Response.Headers[TusConstants.NeededRate] = rate.ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Answers as a body's outcome says; true where that was all.</summary>
    public static async ValueTask<bool> EndedAsync(HttpContext http, BodyAnswer answer)
    {
        if (answer.Drop)
        {
            http.Abort();
            return true;
        }

        if (answer.Refusal is { } refusal)
        {
            if (answer.Close)
            {
                http.Response.Headers.Connection = "close";
            }

            await Problem.WriteAsync(http, refusal);
            return true;
        }

        return false;
    }
}
