using System.Globalization;
using Sluice.AspNetCore.Security;
using Sluice.Checkpoints;
using Sluice.Relay;

namespace Sluice.AspNetCore.Api;

/// <summary>
/// A caller's list: an admin's is everybody's; an owner's is its own uploads, and behind them those that came through its links, one
/// link after the other. The cursor says whose page and which.
/// </summary>
internal sealed class OwnUploads(IRelayUploads uploads, ILinkStore links, TimeProvider time)
{
    public const int MaxLimit = 200;

    /// <summary>One page; null: the cursor is none of ours.</summary>
    public async ValueTask<(IReadOnlyList<UploadView> Views, string? Cursor)?> PageAsync(Caller caller, IReadOnlyList<UploadState>? states, int limit, string? cursor, CancellationToken cancellationToken)
    {
        var owners = await OwnersAsync(caller, cancellationToken);
        if (!TryCursor(cursor, owners.Count, out var at, out var inner))
        {
            return null;
        }

        var views = new List<UploadView>();
        while (at < owners.Count && views.Count < limit)
        {
            var page = await uploads.ListAsync(new UploadQuery(owners[at], states, limit - views.Count, inner), cancellationToken);
            foreach (var record in page.Records)
            {
                views.Add(await ViewAsync(record, cancellationToken));
            }

            inner = page.NextCursor;
            at += inner is null ? 1 : 0;
        }

        return (views, at < owners.Count ? string.Create(CultureInfo.InvariantCulture, $"{at}.{inner}") : null);
    }

    /// <summary>The newest of a caller's uploads that live in this process; the store is not asked.</summary>
    public IReadOnlyList<UploadView> Live(Caller caller, int limit)
    {
        var now = time.GetUtcNow();
        return [.. uploads.Live().Where(upload => caller.Sees(upload.Record.Owner)).OrderByDescending(upload => upload.Record.Created).ThenByDescending(upload => upload.Record.Id, StringComparer.Ordinal).Take(limit).Select(upload => UploadView.Of(upload, now))];
    }

    /// <summary>A record as it is now: live where it is open.</summary>
    public async ValueTask<UploadView> ViewAsync(UploadRecord record, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var over = record.State is UploadState.Done or UploadState.Failed or UploadState.Expired or UploadState.Cancelled;
        return !over && await uploads.FindAsync(record.Id, cancellationToken) is { } live
            ? UploadView.Of(live, now)
            : UploadView.Of(record, record.State == UploadState.Done ? record.Length : 0, null, now);
    }

    /// <summary>Whose records a caller lists; null is everybody's.</summary>
    private async ValueTask<IReadOnlyList<string?>> OwnersAsync(Caller caller, CancellationToken cancellationToken) =>
        caller.IsAdmin ? [null] : [caller.Owner, .. (await links.ListAsync(caller.Owner, cancellationToken)).OrderBy(link => link.Created).ThenBy(link => link.Id, StringComparer.Ordinal).Select(link => $"{link.Owner}{Caller.LinkSign}{link.Id}")];

    private static bool TryCursor(string? cursor, int owners, out int at, out string? inner)
    {
        (at, inner) = (0, null);
        if (string.IsNullOrEmpty(cursor))
        {
            return true;
        }

        var dot = cursor.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || !int.TryParse(cursor.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out at) || at >= owners)
        {
            return false;
        }

        // The stores' cursors are numbers; anything else would be an exception of theirs.
        inner = cursor[(dot + 1)..] is { Length: > 0 } rest ? rest : null;
        return inner is null || (inner.Length <= 19 && inner.All(char.IsAsciiDigit));
    }
}
