using Microsoft.AspNetCore.Http;

namespace Sluice.AspNetCore;

/// <summary>
/// What an application that maps the gateway decides by itself: who a request belongs to, and where a new upload goes. Register
/// one in the services; without one, keys say who, and clients say where.
/// </summary>
public interface IUploadPolicy
{
    /// <summary>Whose request it is, where the application knows (its own login); asked before any key is looked at, on every request.</summary>
    /// <param name="context">The request.</param>
    /// <returns>The owner, 1 to 200 letters, digits, '-', '_', '.', '@'; null: the gateway's own keys and sessions decide, and who has none is refused, on loopback too.</returns>
    ValueTask<string?> OwnerOfAsync(HttpContext context) => ValueTask.FromResult<string?>(null);

    /// <summary>Says whether a new upload is taken, and where it goes. Asked once, before a byte of it is read.</summary>
    /// <param name="offer">What the client wants.</param>
    /// <param name="cancellationToken">Fires when the client is gone.</param>
    /// <returns>The decision.</returns>
    ValueTask<UploadDecision> DecideAsync(UploadOffer offer, CancellationToken cancellationToken);
}
