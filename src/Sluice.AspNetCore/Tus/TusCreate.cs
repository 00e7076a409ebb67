using Microsoft.AspNetCore.Http;
using Sluice.AspNetCore.Api;
using Sluice.AspNetCore.Hosting;
using Sluice.AspNetCore.Security;
using Sluice.Checkpoints;
using Sluice.Relay;

namespace Sluice.AspNetCore.Tus;

/// <summary>
/// POST: makes an upload, with its first bytes where the client sends some. Everything is checked before the record is made, and
/// the record before a byte is read. An upload whose 201 was never written is removed: nobody knows its URL.
/// </summary>
internal sealed class TusCreate(UploadDoor door, BodyTaker taker, FinishWait finish, TimeProvider time)
{
    public async Task RunAsync(FrontCall call, string basePath)
    {
        var headers = call.Http.Request.Headers;
        var count = BodyTaker.Count(call.Http);
        var (wanted, checksum, wrong) = Read(headers, count);
        if (wanted is null)
        {
            await call.RefuseAsync(wrong!);
            return;
        }

        var (upload, error) = await door.CreateAsync(call.Http, call.Caller, wanted);
        if (upload is null)
        {
            await call.RefuseAsync(Refusal.Of(error!));
            return;
        }

        var told = false;
        try
        {
            told = await AnswerAsync(call, upload, count, checksum, basePath);
        }
        finally
        {
            if (!told)
            {
                await upload.CancelAsync(CancellationToken.None);
            }
        }
    }

    /// <summary>What is asked for, or what is wrong with it.</summary>
    private static (NewUpload? Wanted, TusChecksum? Checksum, Refusal? Wrong) Read(IHeaderDictionary headers, long? count)
    {
        TusChecksum? checksum = null;
        var metadata = TusMetadata.Empty;
        var wrong = TusChecks.NoUnknownExtension(headers)
            ?? TusChecks.Number(headers, TusConstants.Length, out _)
            ?? (count == 0 ? null : TusChecks.ContentType(headers))
            ?? TusChecks.Checksum(headers, out checksum)
            ?? Metadata(headers, out metadata);
        TusChecks.Number(headers, TusConstants.Length, out var length);
        wrong ??= TusChecks.Fits(0, count, length) ?? (checksum is null ? null : TusChecks.ChecksumFits(count, ChecksumRoom.Most));
        if (wrong is not null)
        {
            return (null, null, wrong);
        }

        // Uppy sends name and type beside filename and filetype; others send only those.
        var wanted = new NewUpload
        {
            Name = metadata.Value("filename", "name") ?? "",
            ContentType = metadata.Value("filetype", "type"),
            Length = length,
            To = metadata.Value("target"),
            Caption = metadata.Value("caption"),
            Metadata = metadata.Text,
            Pairs = metadata.Pairs,
        };
        return (wanted, checksum, null);
    }

    private static Refusal? Metadata(IHeaderDictionary headers, out TusMetadata metadata)
    {
        metadata = TusMetadata.Empty;
        var values = headers[TusConstants.Metadata];
        if (values.Count == 0 || (values.Count == 1 && string.IsNullOrEmpty(values[0])))
        {
            return null;
        }

        // Two headers of a name are one list (RFC 9110).
        if (!TusMetadata.TryParse(values.Count == 1 ? values[0]! : string.Join(',', values.ToArray()), out var parsed, out var problem))
        {
            return Refusal.BadRequest(problem);
        }

        metadata = parsed;
        return null;
    }

    /// <summary>Takes the first bytes and answers; true where the 201 was written.</summary>
    private async ValueTask<bool> AnswerAsync(FrontCall call, IRelayUpload upload, long? count, TusChecksum? checksum, string basePath)
    {
        var http = call.Http;
        if (count != 0)
        {
            var answer = await taker.TakeAsync(http, upload, 0, checksum);
            if (await TusAnswer.EndedAsync(http, answer))
            {
                return false;
            }

            if (answer.Taken >= upload.Record.Length)
            {
                await finish.IsOverAsync(upload, call.Gone);
            }

            if (upload.IsOver && upload.Record.State != UploadState.Done)
            {
                await call.RefuseAsync(BodyTaker.OverAnswer(upload.Record));
                return false;
            }

            TusAnswer.Standing(http, upload.Offset, upload);
        }

        call.Gone.ThrowIfCancellationRequested();
        TusAnswer.Expires(http, upload);
        TusAnswer.NeededRate(http, upload, time.GetUtcNow());
        http.Response.Headers.Location = $"{http.Request.PathBase}{basePath}/{upload.Record.Id}";
        http.Response.StatusCode = StatusCodes.Status201Created;
        await http.Response.CompleteAsync();
        return !call.Gone.IsCancellationRequested;
    }
}
