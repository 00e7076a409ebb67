using System.Globalization;
using Microsoft.AspNetCore.Http;
using Sluice.AspNetCore.Hosting;
using Sluice.Checkpoints;
using Sluice.Errors;
using Sluice.Notion;
using Sluice.Relay;

namespace Sluice.AspNetCore.Security;

/// <summary>
/// What every way to make an upload has in common, all of it before the first byte is read: 1. shutdown, 2. size, 3. the link,
/// 4. the application's policy, 5. the owner's limit, 6. the engine's own checks, 7. the link's count.
/// </summary>
internal sealed class UploadDoor(IRelayUploads uploads, ILinkStore links, OwnerLoad load, GatewayOptions gateway, GatewayDrain drain, IUploadPolicy? policy, TimeProvider time)
{
    private readonly SecurityOptions _options = gateway.Security;

    public async ValueTask<(IRelayUpload? Upload, SluiceError? Error)> CreateAsync(HttpContext http, Caller caller, NewUpload wanted)
    {
        var token = http.RequestAborted;

        // 1. A process that stops takes nothing new.
        if (drain.IsDraining)
        {
            return Refuse(new(ErrorCodes.Busy, "The gateway is stopping; another one will be there in a moment.") { RetryAfter = TimeSpan.FromSeconds(5) });
        }

        // 2.
        if (wanted.Length > _options.MaxUploadBytes)
        {
            return Refuse(new(ErrorCodes.TooLarge, string.Create(CultureInfo.InvariantCulture, $"The file has {wanted.Length} bytes; this gateway takes {_options.MaxUploadBytes}. Split the file.")));
        }

        if (wanted.Length == 0)
        {
            return Refuse(new(ErrorCodes.EmptyFile, ErrorCodes.EmptyFile.Meaning + " " + ErrorCodes.EmptyFile.Advice));
        }

        var name = NotionName.Clean(wanted.Name);
        if (name.Length == 0)
        {
            return Refuse(new(ErrorCodes.BadRequest, "The file has no name. Send one (tus: filename in Upload-Metadata)."));
        }

        // 3. Where a link's files go was said when it was made.
        if (caller.Link is { } link && LinkRule.Problem(link, wanted.Length, time.GetUtcNow()) is { } over)
        {
            return Refuse(over);
        }

        var to = caller.Link?.Target.ToString() ?? wanted.To ?? gateway.DefaultTarget ?? "none";

        // 4.
        var decision = policy is null
            ? UploadDecision.Accepted
            : await policy.DecideAsync(new UploadOffer { HttpContext = http, Owner = caller.Owner, Name = name, ContentType = wanted.ContentType, Length = wanted.Length, To = to, Caption = wanted.Caption, Metadata = wanted.Pairs }, token);
        if (decision.Refusal is { } refusal)
        {
            return Refuse(refusal);
        }

        // 5.
        if (!await load.TryAddAsync(caller.Owner, token))
        {
            return Refuse(new(ErrorCodes.Busy, string.Create(CultureInfo.InvariantCulture, $"You have {_options.MaxUploadsPerOwner} uploads under way, which is as many as allowed. Let some of them end.")) { RetryAfter = TimeSpan.FromSeconds(30) });
        }

        // 6.
        var (upload, error) = await uploads.CreateAsync(
            new RelayRequest
            {
                Owner = caller.Owner,
                Name = name,
                ContentType = wanted.ContentType,
                Length = wanted.Length,
                To = decision.To ?? to,
                Caption = decision.Caption ?? wanted.Caption,
                Metadata = wanted.Metadata,
                Connection = decision.Connection,
            },
            token);

        // 7. Two that come at once for the last use are told apart by the store; a refused upload has used nothing.
        if (upload is not null && caller.Link is { } used && !await links.UseAsync(used.Id, CancellationToken.None))
        {
            await upload.CancelAsync(CancellationToken.None);
            return Refuse(LinkRule.UsedUp());
        }

        return (upload, error);
    }

    private static (IRelayUpload? Upload, SluiceError? Error) Refuse(SluiceError error) => (null, error);
}
