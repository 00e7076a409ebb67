using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Sluice.Simulator;

/// <summary>Reads a send's form as it comes: the file is hashed and written to disk piece by piece and never held.</summary>
internal static class FormReader
{
    private const int Piece = 64 << 10;

    public static async Task<ReceivedForm> ReadAsync(Stream body, string contentType, string folder, CancellationToken cancellationToken)
    {
        var boundary = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(contentType).Boundary).Value ?? throw new InvalidDataException("There is no boundary.");
        var reader = new MultipartReader(boundary, body, Piece) { BodyLengthLimit = null };
        var form = new ReceivedForm();
        try
        {
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                var disposition = ContentDispositionHeaderValue.Parse(section.ContentDisposition ?? "");
                var name = HeaderUtilities.RemoveQuotes(disposition.Name).Value;
                if (name == "part_number")
                {
                    form.PartNumber = await section.ReadAsStringAsync(cancellationToken);
                }
                else if (name == "file")
                {
                    form.FileName = HeaderUtilities.RemoveQuotes(disposition.FileName).Value;
                    form.ContentType = section.ContentType;
                    form.File = await StoreAsync(section.Body, folder, cancellationToken);
                }
            }

            return form;
        }
        catch
        {
            form.Dispose();
            throw;
        }
    }

    private static async Task<SimulatedPart> StoreAsync(Stream from, string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture) + ".part");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(Piece);
        var length = 0L;
        try
        {
            using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
            int read;
            while ((read = await from.ReadAsync(buffer.AsMemory(0, Piece), cancellationToken)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                RandomAccess.Write(file, buffer.AsSpan(0, read), length);
                length += read;
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

        return new SimulatedPart(0, length, Convert.ToHexStringLower(hash.GetHashAndReset()), path);
    }
}
