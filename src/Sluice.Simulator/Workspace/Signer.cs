using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Sluice.Simulator.Uploads;

namespace Sluice.Simulator.Workspace;

/// <summary>Signs the addresses of stored files: for GET alone, for 3,600 seconds, shaped as the real ones are.</summary>
internal sealed class Signer(ulong seed)
{
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(3600);

    private const string DateFormat = "yyyyMMdd'T'HHmmss'Z'";

    private readonly byte[] _key = Encoding.UTF8.GetBytes($"simulator/{seed}");

    public string Sign(SimulatedUpload upload, Uri address, DateTimeOffset now)
    {
        var path = $"/files/{SimulatedWorkspace.Id}/{upload.ObjectId}/{Uri.EscapeDataString(upload.FileName ?? "file")}";
        var date = now.UtcDateTime.ToString(DateFormat, CultureInfo.InvariantCulture);
        return new Uri(address, $"{path}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Content-Sha256=UNSIGNED-PAYLOAD&X-Amz-Date={date}&X-Amz-Expires=3600"
            + $"&X-Amz-Signature={Signature(upload.ObjectId, date)}&X-Amz-SignedHeaders=host&x-id=GetObject").AbsoluteUri;
    }

    /// <summary>The object that an address is about; null: it is no address of a stored file.</summary>
    public static string? ObjectOf(string path) => path.Split('/') is ["", "files", SimulatedWorkspace.Id, var id, _] ? id : null;

    /// <summary>Why a signature does not open the file now; null: it does.</summary>
    public string? Refuse(string objectId, IQueryCollection query, DateTimeOffset now)
    {
        var date = query["X-Amz-Date"].ToString();
        return query["X-Amz-Signature"] != Signature(objectId, date) ? "The request signature we calculated does not match the signature you provided."
            : DateTimeOffset.TryParseExact(date, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var signed) && now < signed + Life ? null
            : "Request has expired";
    }

    private string Signature(string objectId, string date) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"GET/{objectId}/{date}/3600")));
}
