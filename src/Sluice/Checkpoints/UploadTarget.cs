using System.Diagnostics.CodeAnalysis;
using Sluice.Errors;

namespace Sluice.Checkpoints;

/// <summary>Where the file is attached when it is complete.</summary>
/// <param name="Kind">What is done there.</param>
/// <param name="Id">The page's or database's id with dashes; empty for none.</param>
/// <param name="Property">The files property, where one was named.</param>
internal sealed record UploadTarget(TargetKind Kind, string Id = "", string? Property = null)
{
    /// <summary>Not attached by us.</summary>
    public static UploadTarget None { get; } = new(TargetKind.None);

    /// <summary>Reads <c>page:&lt;id or url&gt;[::&lt;property&gt;]</c>, <c>database:&lt;id or url&gt;[::&lt;property&gt;]</c> or <c>none</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out UploadTarget? target, [NotNullWhen(false)] out string? problem)
    {
        target = null;
        problem = null;
        if (text.Trim() == "none")
        {
            target = None;
            return true;
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var scheme = colon < 0 ? "" : text[..colon];
        TargetKind? kind = scheme switch { "page" => TargetKind.Page, "database" => TargetKind.Database, _ => null };
        if (kind is null)
        {
            problem = $"'{text}' is not a target: write page:<id or url>, page:<id or url>::<files property>, database:<id or url> or none.";
            return false;
        }

        var rest = text[(colon + 1)..];
        var separator = rest.IndexOf("::", StringComparison.Ordinal);
        var property = separator < 0 ? null : rest[(separator + 2)..].Trim();
        var place = separator < 0 ? rest : rest[..separator];
        if (property?.Length == 0)
        {
            problem = $"'{text}' ends in '::' without a property: name the files property, or leave '::' out.";
            return false;
        }

        if (FindId(place) is not { } id)
        {
            problem = $"'{place}' holds no Notion id: give the 32 hex digits of the {scheme}, with or without dashes, or its address copied from Notion.";
            return false;
        }

        target = new(kind.Value, id, property);
        return true;
    }

    /// <summary>The text <see cref="TryParse"/> reads.</summary>
    public override string ToString()
    {
        var scheme = Kind == TargetKind.Database ? "database" : "page";
        return Kind == TargetKind.None ? "none" : Property is null ? $"{scheme}:{Id}" : $"{scheme}:{Id}::{Property}";
    }

    /// <summary>The id in a bare id or a Notion address: the last 32 hex digits of the path, dashes ignored; a fragment or query is not looked at.</summary>
    private static string? FindId(string place)
    {
        if (Guid.TryParse(place.Trim(), out var bare))
        {
            return bare.ToString("D");
        }

        if (!Uri.TryCreate(place.Trim(), UriKind.Absolute, out var address))
        {
            return null;
        }

        var last = address.AbsolutePath.TrimEnd('/');
        last = last[(last.LastIndexOf('/') + 1)..].Replace("-", "", StringComparison.Ordinal);
        return last.Length >= 32 && Guid.TryParseExact(last[^32..], "N", out var id) ? id.ToString("D") : null;
    }
}
