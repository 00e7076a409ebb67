using Microsoft.Extensions.Options;

namespace Sluice.AspNetCore;

/// <summary>Lists everything that is wrong at once, each with the setting's name and what it takes.</summary>
internal sealed class GatewayOptionsValidator : IValidateOptions<GatewayOptions>
{
    public ValidateOptionsResult Validate(string? name, GatewayOptions options) =>
        GatewaySettings.Problems(options) is { Count: > 0 } problems ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;
}
