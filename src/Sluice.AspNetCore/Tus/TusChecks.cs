using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Sluice.AspNetCore.Api;
using Sluice.Errors;

namespace Sluice.AspNetCore.Tus;

/// <summary>Each rule of the protocol that a request can break, by name; docs/tus-compliance.md says which sentence it is and which test holds it. Pure.</summary>
internal static class TusChecks
{
    /// <summary>Every request but OPTIONS names a version that is spoken here; else 412, and nothing is done.</summary>
    public static Refusal? Version(IHeaderDictionary headers) =>
        headers[TusConstants.Resumable] is [TusConstants.Version] ? null : Refusal.BadRequest($"The request needs the header {TusConstants.Resumable}: {TusConstants.Version}.", StatusCodes.Status412PreconditionFailed);

    /// <summary>PATCH, and POST with a body, say their type; else 415.</summary>
    public static Refusal? ContentType(IHeaderDictionary headers) =>
        headers.ContentType is [{ } type] && string.Equals(type.Trim(), TusConstants.ContentType, StringComparison.OrdinalIgnoreCase)
            ? null
            : Refusal.BadRequest($"The body has to be sent as Content-Type: {TusConstants.ContentType}.", StatusCodes.Status415UnsupportedMediaType);

    /// <summary>Lengths that come later, and uploads put together from others, are not offered; else 400.</summary>
    public static Refusal? NoUnknownExtension(IHeaderDictionary headers) =>
        headers.ContainsKey(TusConstants.DeferLength) ? Refusal.BadRequest($"{TusConstants.DeferLength} is not offered: say the file's length as {TusConstants.Length} when the upload is made.")
        : headers.ContainsKey(TusConstants.Concat) ? Refusal.BadRequest($"{TusConstants.Concat} is not offered: send the file as one upload.")
        : null;

    /// <summary>A length or an offset: digits alone, within a long.</summary>
    public static Refusal? Number(IHeaderDictionary headers, string name, out long value)
    {
        value = 0;
        return headers[name] is [{ } text] && text.Length is > 0 and <= 19 && text.All(char.IsAsciiDigit) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value)
            ? null
            : Refusal.BadRequest(headers.ContainsKey(name) ? $"{name} has to be one whole number of 0 or more." : $"The request needs the header {name}.");
    }

    /// <summary>The length never changes: a later request that names one has to name the same.</summary>
    public static Refusal? SameLength(IHeaderDictionary headers, long length)
    {
        if (!headers.ContainsKey(TusConstants.Length))
        {
            return null;
        }

        return Number(headers, TusConstants.Length, out var said) ?? (said == length ? null : Refusal.BadRequest($"The upload was made with {TusConstants.Length}: {length.ToString(CultureInfo.InvariantCulture)}, which cannot change."));
    }

    /// <summary>An upload is continued exactly where it stands; else 409, and nothing is changed.</summary>
    public static Refusal? Offset(long asked, long current) =>
        asked == current ? null : Refusal.BadRequest(string.Create(CultureInfo.InvariantCulture, $"The upload stands at {current}, not at {asked}. Ask with HEAD and go on there."), StatusCodes.Status409Conflict);

    /// <summary>A body never goes past the file's end; else 413 before it is read.</summary>
    public static Refusal? Fits(long offset, long? count, long length) =>
        count > length - offset
            ? Refusal.BadRequest(string.Create(CultureInfo.InvariantCulture, $"The body has {count} bytes; from {offset} on the file has {length - offset}."), StatusCodes.Status413PayloadTooLarge)
            : null;

    /// <summary>The checksum of a body: a known algorithm and a digest of its length; else 400.</summary>
    public static Refusal? Checksum(IHeaderDictionary headers, out TusChecksum? checksum)
    {
        checksum = null;
        if (headers[TusConstants.Checksum] is not { Count: > 0 } values)
        {
            return null;
        }

        return values.Count == 1 && TusChecksum.TryParse(values[0] ?? "", out checksum)
            ? null
            : Refusal.BadRequest($"{TusConstants.Checksum} has to be an algorithm ({TusConstants.ChecksumAlgorithms}), a space, and the digest in Base64.");
    }

    /// <summary>A body with a checksum is held whole first; longer than what can be held: 413 before a byte.</summary>
    public static Refusal? ChecksumFits(long? count, long most) =>
        count > most ? Refusal.Of(ErrorCodes.TooLarge, string.Create(CultureInfo.InvariantCulture, $"A body with {TusConstants.Checksum} can have {most} bytes at most. Send the file in smaller requests, or without it.")) : null;

    /// <summary>The method that takes effect: that of X-HTTP-Method-Override where it is sent.</summary>
    public static string Method(string method, StringValues header) => header is [{ Length: > 0 } other] ? other.Trim().ToUpperInvariant() : method;
}
