using Microsoft.AspNetCore.Http;
using Sluice.AspNetCore;
using Sluice.Errors;

namespace Sluice.Conformance.Front;

/// <summary>An application with a login of its own, whose users' teams have Notion connections of their own.</summary>
internal sealed class TestPolicy : IUploadPolicy
{
    public ValueTask<string?> OwnerOfAsync(HttpContext context) => ValueTask.FromResult<string?>(context.Request.Headers["X-User"]);

    public ValueTask<UploadDecision> DecideAsync(UploadOffer offer, CancellationToken cancellationToken) => ValueTask.FromResult(
        offer.Metadata.TryGetValue("team", out var team)
            ? new UploadDecision { To = "page:00000000-0000-4000-8000-000000000001", Connection = $"team-{team}" }
            : new UploadDecision { Refusal = new SluiceError(ErrorCodes.Forbidden, "Say which team the file is for.") });
}
