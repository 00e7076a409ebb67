using Sluice.Checkpoints;

namespace Sluice.AspNetCore.Security;

/// <summary>Who makes a request.</summary>
/// <param name="Owner">Whose uploads it makes.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="Kind">How that is known.</param>
internal sealed record Caller(string Owner, Scopes Scopes, CallerKind Kind)
{
    /// <summary>Owners of uploads made through links are <c>owner#link</c>; no other owner's name holds this sign.</summary>
    public const char LinkSign = '#';

    /// <summary>The owner of uploads made without a key.</summary>
    public const string AnonymousOwner = "anonymous";

    /// <summary>The link it holds.</summary>
    public LinkRecord? Link { get; init; }

    /// <summary>The key it holds, for a session.</summary>
    public string? KeyId { get; init; }

    public bool IsAdmin => Scopes.HasFlag(Scopes.Admin);

    /// <summary>True where the browser proves who it is without the page doing anything: another site's page could do it too.</summary>
    public bool IsAmbient => Kind is CallerKind.Session or CallerKind.Anonymous;

    /// <summary>Whether one of the scopes is held; an admin holds all.</summary>
    public bool May(Scopes any) => IsAdmin || (Scopes & any) != Scopes.None;

    /// <summary>Whether an upload of that owner exists for this caller. Anything else is answered as if there were none.</summary>
    public bool Sees(string owner) =>
        IsAdmin || owner == Owner || (Link is null && owner.Length > Owner.Length && owner[Owner.Length] == LinkSign && owner.StartsWith(Owner, StringComparison.Ordinal));

    /// <summary>A name that can be an owner: 1 to 200 letters, digits, '-', '_', '.', '@'.</summary>
    public static bool IsOwnerName(string name) => name.Length is >= 1 and <= 200 && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '@');
}
