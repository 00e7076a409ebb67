using System.Globalization;
using Sluice.Checkpoints;
using Sluice.Errors;

namespace Sluice.AspNetCore.Security;

/// <summary>What a link still allows; the count is settled by the store (<see cref="ILinkStore.UseAsync"/>), this says no early.</summary>
internal static class LinkRule
{
    /// <summary>Why another upload of this length is refused; null: it is not.</summary>
    public static SluiceError? Problem(LinkRecord link, long length, DateTimeOffset now) =>
        now >= link.Expires ? new(ErrorCodes.Forbidden, "This link's time is over. Ask whoever sent it for a new one.")
        : link.Uses >= link.MaxUses ? UsedUp()
        : length > link.MaxBytes ? new(ErrorCodes.TooLarge, string.Create(CultureInfo.InvariantCulture, $"This link takes files of at most {link.MaxBytes} bytes; this one has {length}."))
        : null;

    public static SluiceError UsedUp() => new(ErrorCodes.Forbidden, "This link has been used as often as it may be. Ask whoever sent it for a new one.");
}
