using Microsoft.Extensions.Options;
using Sluice.AspNetCore;
using Sluice.Errors;

namespace EmbeddedGateway;

/// <summary>This application's decisions: whose a request is, where a user's files go, and through which Notion connection.</summary>
internal sealed class UserUploads(IOptions<GatewaySettings> settings) : IUploadPolicy
{
    public ValueTask<string?> OwnerOfAsync(HttpContext context)
    {
        // The sample's whole login; null means that the gateway's own keys decide, and without any that is 401.
        var known = settings.Value.Users.TryGetValue(context.Request.Headers["X-Password"].ToString(), out var user);
        return ValueTask.FromResult(known ? user : null);
    }

    public ValueTask<UploadDecision> DecideAsync(UploadOffer offer, CancellationToken cancellationToken) => ValueTask.FromResult(
        settings.Value.Pages.TryGetValue(offer.Owner, out var page)
            ? new UploadDecision
            {
                To = page, // whatever the client asked for
                Caption = $"Uploaded by {offer.Owner}",
                Connection = settings.Value.Teams.GetValueOrDefault(offer.Owner),
            }
            : new UploadDecision { Refusal = new SluiceError(ErrorCodes.Forbidden, $"{offer.Owner} has no page to upload to. Ask whoever runs this.") });
}
