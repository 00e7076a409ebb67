using System.Buffers.Text;
using Microsoft.Win32.SafeHandles;

namespace Sluice.Pressure;

/// <summary>
/// One of the kernel's text files, read again and again: opened once, read at offset 0 into a buffer of its own, without an
/// allocation. A file that was missing at first stays missing; one that fails later is opened anew the next time.
/// </summary>
internal sealed class StatFile : IDisposable
{
    /// <summary>The longest of them, <c>memory.stat</c> of version 2, takes a third of it.</summary>
    private const int Longest = 8192;

    private readonly string? _path;
    private readonly byte[] _buffer;
    private SafeFileHandle? _handle;

    /// <summary>A file that may not be there; <paramref name="path"/> null: it is not.</summary>
    public StatFile(string? path)
    {
        _path = path is not null && File.Exists(path) ? path : null;
        _buffer = _path is null ? [] : new byte[Longest];
    }

    /// <summary>What the file holds now; empty where it cannot be read. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Read()
    {
        if (_path is null)
        {
            return [];
        }

        try
        {
            _handle ??= File.OpenHandle(_path);
            var length = 0;
            while (length < _buffer.Length && RandomAccess.Read(_handle, _buffer.AsSpan(length), length) is var read and > 0)
            {
                length += read;
            }

            return _buffer.AsSpan(0, length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            _handle?.Dispose();
            _handle = null;
            return [];
        }
    }

    /// <summary>The number behind a name at the start of a line (<c>VmRSS:  1234 kB</c>, <c>anon 1234</c>); null where there is none. Pure.</summary>
    public static long? Field(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'\n');
            var line = end < 0 ? text : text[..end];
            if (line.StartsWith(name) && line.Length > name.Length && line[name.Length] is (byte)' ' or (byte)'\t' or (byte)':')
            {
                return Number(line[name.Length..].TrimStart(": \t"u8));
            }

            text = end < 0 ? [] : text[(end + 1)..];
        }

        return null;
    }

    /// <summary>A file that holds one number.</summary>
    public static long? Number(ReadOnlySpan<byte> text) => Utf8Parser.TryParse(text, out long value, out _) && value >= 0 ? value : null;

    public void Dispose() => _handle?.Dispose();
}
