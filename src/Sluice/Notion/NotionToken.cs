using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Sluice.Errors;

namespace Sluice.Notion;

/// <summary>
/// A Notion token. It leaves this type in two ways only: as the Authorization header of a request to Notion, and by being
/// taken out of a text that might hold it. It has no readable form (NotionTokenTests).
/// </summary>
internal sealed class NotionToken
{
    private const string Hidden = "[token]";

    private readonly string _value;

    private NotionToken(string value) => _value = value;

    /// <summary>Reads a token, blanks around it ignored.</summary>
    /// <exception cref="SluiceException"><c>token_missing</c> for an empty text, <c>token_refused</c> for one that cannot be a token; neither repeats it.</exception>
    public static NotionToken Parse(string? text)
    {
        var value = text?.Trim() ?? "";
        if (value.Length == 0)
        {
            throw new SluiceException(ErrorCodes.TokenMissing, $"{ErrorCodes.TokenMissing.Meaning} {ErrorCodes.TokenMissing.Advice}");
        }

        foreach (var c in value)
        {
            if (c is <= ' ' or > '~')
            {
                throw new SluiceException(ErrorCodes.TokenRefused, "The Notion token holds a blank or a character outside ASCII, so it cannot be one: copy it again from Notion, the whole of it and nothing else.");
            }
        }

        return new NotionToken(value);
    }

    /// <summary>Puts the token on a request.</summary>
    public void Authorize(HttpRequestMessage request) => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _value);

    /// <summary>Takes the token out of a text.</summary>
    public string Redact(string text) => text.Replace(_value, Hidden, StringComparison.OrdinalIgnoreCase);

    /// <summary>Names the request budget that all processes with this token share; a digest of 128 bits, from which the token cannot be learned.</summary>
    public string Fingerprint(Uri address) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"sluice-pace\n{address}\n{_value}")).AsSpan(0, 16));

    /// <inheritdoc />
    public override string ToString() => Hidden;
}
