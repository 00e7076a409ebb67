using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;
using Sluice.AspNetCore.Admission;
using Sluice.AspNetCore.Security;
using Sluice.Settings;

namespace Sluice.AspNetCore;

/// <summary>Lists everything that is wrong at once, each with the setting's name and what was expected.</summary>
internal sealed class GatewayOptionsValidator : IValidateOptions<GatewayOptions>
{
    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        var problems = Problems(options).ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    /// <summary>What is wrong; empty: nothing.</summary>
    public static IEnumerable<string> Problems(GatewayOptions options) =>
        new[]
        {
            Span("Front:AnswerDeadline", options.Front.AnswerDeadline, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)),
            Span("Front:ClientIdle", options.Front.ClientIdle, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
            Span("Front:HoldRead", options.Front.HoldRead, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
            options.Front.ReceiveBuffer == 0 ? null : Number("Front:ReceiveBuffer", options.Front.ReceiveBuffer, 16 << 10, 16 << 20),
            Number("Front:MaxConnections", options.Front.MaxConnections, 10, 1_000_000),
            Number("Security:MaxUploadBytes", options.Security.MaxUploadBytes, 1, 5L << 30),
            Number("Security:MaxUploadsPerOwner", options.Security.MaxUploadsPerOwner, 1, 1_000_000),
            Number("Security:RequestsPerMinute", options.Security.RequestsPerMinute, 1, 1_000_000),
            options.Security.LinkKey is { Length: < 32 } ? "Security:LinkKey has to be at least 32 characters long: whoever guesses it can make links." : null,
            options.Tus.UnfinishedAnswer is "auto" or "204" or "503" ? null : $"Tus:UnfinishedAnswer is '{options.Tus.UnfinishedAnswer}': write auto, 204 or 503.",
            Number("Admission:MaxOpenUploads", options.Admission.MaxOpenUploads, 1, 1_000_000),
            Number("Admission:MaxActiveUploads", options.Admission.MaxActiveUploads, 1, 10_000),
            Number("Admission:MaxQueuedUploads", options.Admission.MaxQueuedUploads, 0, 10_000),
            Number("Admission:CpuThresholdPercent", options.Admission.CpuThresholdPercent, 1, 100),
            Steps("Admission:Delays", options.Admission.Delays, 1),
            Steps("Admission:CpuDelays", options.Admission.CpuDelays, 100),
        }
        .OfType<string>()
        .Concat(options.Security.Keys.Select(KeyProblem).OfType<string>())
        .Concat(options.Security.TrustedProxies.Where(p => !IPNetwork.TryParse(p, out _) && !IPAddress.TryParse(p, out _)).Select(p => $"Security:TrustedProxies holds '{p}', which is neither an address nor a network such as 10.0.0.0/8."));

    private static string? KeyProblem(string text, int index) =>
        SettingKey.TryParse(text, out _) ? null : $"Security:Keys[{index}] is not id:sha256:owner:scopes; make one with: sluice key create --print-setting.";

    private static string? Span(string name, TimeSpan value, TimeSpan least, TimeSpan most) =>
        value >= least && value <= most ? null : $"{name} is {SettingText.Duration(value)}; it has to be from {SettingText.Duration(least)} to {SettingText.Duration(most)}.";

    private static string? Number(string name, long value, long least, long most) =>
        value >= least && value <= most ? null : string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it has to be from {least} to {most}.");

    private static string? Steps(string name, string text, double most) =>
        DelayTable.TryParse(text, most, out _) ? null
        : $"{name} is '{text}': write rising marks up to {most.ToString(CultureInfo.InvariantCulture)} with durations up to {SettingText.Duration(DelayTable.MostDelay)}, as in {(most > 1 ? "60=500ms,70=1s" : "0.4=500ms,0.6=1s")}.";
}
