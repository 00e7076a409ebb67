using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Sluice.AspNetCore.Tus;

/// <summary>
/// Upload-Metadata, read strictly and within bounds: keys once each, printable ASCII without spaces and commas; values whole
/// Base64. Values that are no UTF-8 are kept in the text and left out of the pairs. Nothing of a value goes into a header or a path:
/// the text that is given back is the client's own Base64.
/// </summary>
internal sealed record TusMetadata(string? Text, IReadOnlyDictionary<string, string> Pairs)
{
    public const int MaxBytes = 8 << 10;
    public const int MaxPairs = 32;
    public const int MaxKey = 64;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static TusMetadata Empty { get; } = new(null, new Dictionary<string, string>());

    /// <summary>The first of these keys that has a value.</summary>
    public string? Value(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (Pairs.TryGetValue(key, out var value) && value.Length > 0)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>Reads a header's value; otherwise says what is wrong with it.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out TusMetadata? metadata, [NotNullWhen(false)] out string? problem)
    {
        metadata = null;
        if (text.Length > MaxBytes)
        {
            problem = $"Upload-Metadata is longer than {MaxBytes >> 10} KiB.";
            return false;
        }

        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        var count = 0;
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var range in text.AsSpan().Split(','))
        {
            if (++count > MaxPairs)
            {
                problem = $"Upload-Metadata has more than {MaxPairs} pairs.";
                return false;
            }

            // A blank after the comma is what some clients write.
            var pair = text.AsSpan(range).Trim(' ');
            var space = pair.IndexOf(' ');
            var key = (space < 0 ? pair : pair[..space]).ToString();
            if (key.Length is 0 or > MaxKey || !key.All(static c => c is > ' ' and < '\x7F'))
            {
                problem = $"A key of Upload-Metadata is not 1 to {MaxKey} printable ASCII characters.";
                return false;
            }

            if (!keys.Add(key))
            {
                problem = "A key of Upload-Metadata is there twice.";
                return false;
            }

            if (!TryDecode(space < 0 ? [] : pair[(space + 1)..], out var bytes))
            {
                problem = "A value of Upload-Metadata is not Base64.";
                return false;
            }

            if (TryText(bytes, out var value))
            {
                pairs.Add(key, value);
            }
        }

        metadata = new(text, pairs);
        problem = null;
        return true;
    }

    private static bool TryDecode(ReadOnlySpan<char> base64, out byte[] bytes)
    {
        bytes = [];
        if (base64.Length % 4 != 0 || base64.ContainsAnyExcept(Alphabet))
        {
            return false;
        }

        var buffer = new byte[base64.Length / 4 * 3];
        if (!Convert.TryFromBase64Chars(base64, buffer, out var written))
        {
            return false;
        }

        bytes = buffer[..written];
        return true;
    }

    private static bool TryText(byte[] bytes, [NotNullWhen(true)] out string? text)
    {
        try
        {
            text = Strict.GetString(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            text = null;
            return false;
        }
    }

    private static readonly System.Buffers.SearchValues<char> Alphabet = System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");
}
