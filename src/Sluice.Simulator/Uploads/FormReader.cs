using System.Buffers;
using System.Globalization;
using System.IO.Hashing;
using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Sluice.Simulator.Faults;
using Sluice.Simulator.Serving;

namespace Sluice.Simulator.Uploads;

/// <summary>Reads a send's form as it comes: the file is hashed and written to disk piece by piece and never held.</summary>
/// <param name="folder">Where files go.</param>
/// <param name="decide">What goes wrong with the send, told by a digest of the file's first bytes; may end it in mid-body.</param>
internal sealed class FormReader(string folder, Func<string, FaultAction?> decide)
{
    /// <summary>The file's first bytes, by which a part is known before its number is: official clients put the number last.</summary>
    public const int HeadBytes = 64 << 10;

    /// <summary>The most a send may bring; what is beyond it is read and dropped.</summary>
    public const long MaxFile = 20L << 20;

    /// <summary>Reads the form.</summary>
    /// <exception cref="InvalidDataException">It is no valid form.</exception>
    public async Task<ReceivedForm> ReadAsync(CountedStream body, string contentType, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 } boundary)
        {
            throw new InvalidDataException("The Content-Type is not multipart/form-data with a boundary.");
        }

        var reader = new MultipartReader(boundary.Value!, body, HeadBytes) { BodyLengthLimit = null };
        var form = new ReceivedForm();
        try
        {
            while (!form.Cut && await reader.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                await ReadSectionAsync(form, section, body, cancellationToken);
            }

            return form;
        }
        catch
        {
            form.Dispose();
            throw;
        }
    }

    private async Task ReadSectionAsync(ReceivedForm form, MultipartSection section, CountedStream body, CancellationToken cancellationToken)
    {
        if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
        {
            throw new InvalidDataException("A part of the form has no Content-Disposition.");
        }

        switch (HeaderUtilities.RemoveQuotes(disposition.Name).Value)
        {
            case "part_number" when form.PartNumber is null:
                form.PartNumber = await ReadShortAsync(section.Body, cancellationToken);
                break;
            case "file" when form.FileLength == 0 && form.File is null:
                form.FileName = disposition.FileNameStar.HasValue ? disposition.FileNameStar.Value : HeaderUtilities.UnescapeAsQuotedString(disposition.FileName).Value;
                form.ContentType = section.ContentType;
                await StoreAsync(form, section.Body, body, cancellationToken);
                break;
            case var other:
                throw new InvalidDataException($"The form has a field '{other}' that there is not, or that is there already.");
        }
    }

    private async Task StoreAsync(ReceivedForm form, Stream from, CountedStream body, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture) + ".part");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(HeadBytes);
        try
        {
            using (var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write))
            {
                // The head: whole, or as much as there is, since what is decided must not depend on how the bytes arrive.
                var read = await from.ReadAtLeastAsync(buffer.AsMemory(0, HeadBytes), HeadBytes, throwOnEndOfStream: false, cancellationToken);
                form.Fault = decide(Convert.ToHexString(XxHash3.Hash(buffer.AsSpan(0, read))));
                var end = form.Fault is { IsEarly: true } fault ? fault.RefuseAfter ?? fault.ResetAfter!.Value : long.MaxValue;
                while (read > 0)
                {
                    if (form.FileLength + read <= MaxFile)
                    {
                        hash.AppendData(buffer, 0, read);
                        RandomAccess.Write(file, buffer.AsSpan(0, read), form.FileLength);
                    }

                    form.FileLength += read;
                    if (body.Taken >= end)
                    {
                        form.Cut = true;
                        break;
                    }

                    var most = (int)Math.Min(HeadBytes, Math.Max(1, end - body.Taken));
                    read = await from.ReadAsync(buffer.AsMemory(0, most), cancellationToken);
                }
            }

            if (form.Cut || form.FileLength > MaxFile)
            {
                File.Delete(path);
            }
            else
            {
                form.File = new SimulatedPart(0, form.FileLength, Convert.ToHexStringLower(hash.GetHashAndReset()), path);
            }
        }
        catch
        {
            File.Delete(path);
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<string> ReadShortAsync(Stream from, CancellationToken cancellationToken)
    {
        var buffer = new byte[33];
        var read = await from.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return read < buffer.Length
            ? System.Text.Encoding.UTF8.GetString(buffer, 0, read)
            : throw new InvalidDataException("part_number is longer than any number.");
    }
}
