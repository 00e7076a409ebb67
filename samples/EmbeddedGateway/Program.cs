using EmbeddedGateway;
using Microsoft.Extensions.Options;
using Sluice.AspNetCore;
using Sluice.Stores;

// An application with users of its own that takes large files for Notion at /files, beside its own pages.
// Tokens come from the environment: NOTION_TOKEN for everybody, RESEARCH_NOTION_TOKEN for the team with a workspace of its own.
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddOptions<GatewaySettings>().BindConfiguration("Gateway");

// Who and where: this application decides.
builder.Services.AddSingleton<IUploadPolicy, UserUploads>();

// What happened: told at least once, after a restart too.
builder.Services.AddSingleton<UploadDiary>();
builder.Services.AddSingleton<IUploadOutcomeHandler>(services => services.GetRequiredService<UploadDiary>());

// The engine, recorded on the disk, and a second connection with a token of its own. Their memory adds up: 15 MiB each.
builder.Services.AddSluiceEngine((services, engine) => engine
    .UseToken(Token("NOTION_TOKEN"))
    .UseStateFolder(services.GetRequiredService<IOptions<GatewaySettings>>().Value.StateFolder)
    .UseSqlite()
    .Configure(settings => settings.Notion.Url = services.GetRequiredService<IOptions<GatewaySettings>>().Value.NotionUrl)
    .Configure(settings => settings.Memory.BufferMb = 15));
builder.Services.AddSluiceConnection("research", (services, engine) => engine
    .UseToken(Token("RESEARCH_NOTION_TOKEN"))
    .Configure(settings => settings.Notion.Url = services.GetRequiredService<IOptions<GatewaySettings>>().Value.NotionUrl)
    .Configure(settings => settings.Memory.BufferMb = 15));
builder.Services.AddSluiceGateway(gateway => gateway.Security.MaxUploadsPerOwner = 10);

var application = builder.Build();
application.MapSluice();
application.MapGet("/diary", async (HttpContext http, IUploadPolicy policy, UploadDiary diary) =>
    await policy.OwnerOfAsync(http) is { } user ? Results.Ok(diary.Of(user)) : Results.Unauthorized());
await application.RunAsync();

string Token(string name) => builder.Configuration[name] ?? throw new InvalidOperationException($"Set {name} to a Notion token.");
