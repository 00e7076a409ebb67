using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sluice.AspNetCore.Hosting;
using Sluice.AspNetCore.Security;
using Sluice.Checkpoints;
using Sluice.Errors;
using Sluice.Settings;

namespace Sluice.AspNetCore.Api;

/// <summary><c>/api/links</c>: signed links that let somebody without a key upload to one place, made, listed and revoked by their owner.</summary>
internal sealed class LinksApi(ILinkStore links, SigningKeys signing, TimeProvider time)
{
    private const int MaxLinks = 1000;
    private static readonly TimeSpan DefaultLife = TimeSpan.FromDays(7);
    private static readonly TimeSpan MaxLife = TimeSpan.FromDays(365);

    public async Task CreateAsync(FrontCall call)
    {
        if (call.Caller.Link is not null)
        {
            await call.RefuseAsync(Refusal.Of(ErrorCodes.Forbidden, "A link cannot make links. Use a key."));
            return;
        }

        var (document, refusal) = await JsonAnswer.ReadAsync(call.Http);
        if (document is null)
        {
            await call.RefuseAsync(refusal!);
            return;
        }

        using (document)
        {
            if (TryRead(document.RootElement, call.Caller, out var link) is { } wrong)
            {
                await call.RefuseAsync(wrong);
                return;
            }

            if ((await links.ListAsync(call.Caller.Owner, call.Gone)).Count >= MaxLinks)
            {
                await call.RefuseAsync(Refusal.Of(ErrorCodes.Busy, $"You have {MaxLinks} links, which is as many as allowed."));
                return;
            }

            await links.AddAsync(link!, call.Gone);
            var token = LinkToken.Of(link!.Id, signing);
            call.Http.Response.Headers.Location = $"{call.Http.Request.PathBase}{ApiPaths.Links}/{link.Id}";
            await JsonAnswer.WriteAsync(call.Http, StatusCodes.Status201Created, json => Write(json, link, token, $"{call.Http.Request.PathBase}/u/#{token}"));
        }
    }

    public async Task ListAsync(FrontCall call)
    {
        var own = await links.ListAsync(call.Caller.Owner, call.Gone);
        await JsonAnswer.WriteAsync(call.Http, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("links");
            foreach (var link in own.OrderByDescending(link => link.Created))
            {
                Write(json, link, null, null);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    public async Task RevokeAsync(FrontCall call)
    {
        var id = call.Http.Request.RouteValues["id"] as string ?? "";
        if (!UploadFinder.IsId(id) || await links.FindAsync(id, call.Gone) is not { } link || (link.Owner != call.Caller.Owner && !call.Caller.IsAdmin))
        {
            await call.RefuseAsync(Refusal.Of(ErrorCodes.NotFound, "There is no such link."));
            return;
        }

        await links.RevokeAsync(id, call.Gone);
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private Refusal? TryRead(JsonElement root, Caller caller, out LinkRecord? link)
    {
        link = null;
        if (!JsonAnswer.TryText(root, "to", out var to) || !JsonAnswer.TryText(root, "expires_in", out var text)
            || !JsonAnswer.TryNumber(root, "max_bytes", 5L << 30, out var maxBytes) || !JsonAnswer.TryNumber(root, "max_uses", 1_000_000, out var maxUses))
        {
            return Refusal.BadRequest("Send {\"to\": \"page:<id>\", \"expires_in\": \"24h\", \"max_bytes\": 1000000, \"max_uses\": 1}; all but \"to\" may be left out.");
        }

        if (!UploadTarget.TryParse(to ?? "none", out var target, out var problem))
        {
            return Refusal.BadRequest(problem);
        }

        var life = DefaultLife;
        if (text is not null && (!SettingText.TryDuration(text, out life) || life <= TimeSpan.Zero || life > MaxLife))
        {
            return Refusal.BadRequest(string.Create(CultureInfo.InvariantCulture, $"expires_in has to be a duration of at most {MaxLife.TotalDays} days, such as 24h."));
        }

        var now = time.GetUtcNow();
        link = new LinkRecord(LinkToken.NewId(), caller.Owner, target, maxBytes, (int?)maxUses, now + life, now);
        return null;
    }

    private static void Write(Utf8JsonWriter json, LinkRecord link, string? token, string? url)
    {
        json.WriteStartObject();
        json.WriteString("id", link.Id);
        json.WriteString("target", link.Target.ToString());
        UploadJson.Number(json, "max_bytes", link.MaxBytes);
        UploadJson.Number(json, "max_uses", link.MaxUses);
        json.WriteNumber("uses", link.Uses);
        json.WriteBoolean("revoked", link.Revoked);
        UploadJson.Time(json, "expires", link.Expires);
        UploadJson.Time(json, "created", link.Created);
        if (token is not null)
        {
            json.WriteString("token", token);
            json.WriteString("url", url);
        }

        json.WriteEndObject();
    }
}
