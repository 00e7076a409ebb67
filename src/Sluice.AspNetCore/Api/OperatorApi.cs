using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sluice.AspNetCore.Hosting;
using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Settings;

namespace Sluice.AspNetCore.Api;

/// <summary>What an operator looks at and turns beside the numbers: <c>/api/alerts</c> and <c>/api/features</c>.</summary>
internal sealed partial class OperatorApi(GatewayEngine gateway, ILogger<OperatorApi> log)
{
    /// <summary>Every alert there is: raised or not, since when and why.</summary>
    public Task AlertsAsync(FrontCall call) => JsonAnswer.WriteAsync(call.Http, StatusCodes.Status200OK, json =>
    {
        var raised = (gateway.Engine?.Health?.Alerts.Raised() ?? []).ToDictionary(r => r.Alert.Name, StringComparer.Ordinal);
        json.WriteStartObject();
        json.WriteStartArray("alerts");
        foreach (var name in AlertNames.All)
        {
            var held = raised.GetValueOrDefault(name);
            json.WriteStartObject();
            json.WriteString("alert", name);
            json.WriteBoolean("raised", held is not null);
            json.WriteString("reason", held?.Alert.Reason);
            UploadJson.Time(json, "since", held?.Since);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>The switches.</summary>
    public Task FeaturesAsync(FrontCall call) => gateway.Engine is { } engine ? TellAsync(call, engine.Options.Features) : NoneAsync(call);

    /// <summary>Turns switches at once, all that are named or none; what is under way keeps what it began with where a feature goes by the upload.</summary>
    public async Task SwitchAsync(FrontCall call)
    {
        if (gateway.Engine is not { } engine)
        {
            await NoneAsync(call);
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
            List<(Setting<SluiceOptions> Setting, string Text)> changes = [];
            var tried = new SluiceOptions();
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (!FeatureJson.All.TryGetValue(member.Name, out var setting) || FeatureJson.Text(member.Value) is not { } text || !setting.TryWrite(tried, text))
                {
                    await call.RefuseAsync(Refusal.BadRequest($"'{member.Name}' is no switch, or its value is neither a percentage from 0 to 100 nor on or off. The switches are {string.Join(", ", FeatureJson.All.Keys)}; nothing was changed."));
                    return;
                }

                changes.Add((setting, text));
            }

            foreach (var (setting, text) in changes)
            {
                setting.TryWrite(engine.Options, text);
                Switched(log, setting.Name, text, call.Caller.Owner);
            }
        }

        await TellAsync(call, engine.Options.Features);
    }

    private static Task TellAsync(FrontCall call, FeatureOptions features) => JsonAnswer.WriteAsync(call.Http, StatusCodes.Status200OK, json =>
    {
        json.WriteStartObject();
        FeatureJson.Write(json, "features", features);
        json.WriteEndObject();
    });

    private static Task NoneAsync(FrontCall call) =>
        call.RefuseAsync(Refusal.Of(ErrorCodes.NotFound, "This application moves uploads by itself: there is no engine here whose features could be switched."));

    [LoggerMessage(3020, LogLevel.Warning, "{Setting} is {Value} from now on; {Owner} switched it.")]
    private static partial void Switched(ILogger logger, string setting, string value, string owner);
}
