namespace Sluice.AspNetCore.Tus;

/// <summary>The tus protocol. Section <c>Tus</c>.</summary>
public sealed class TusOptions
{
    /// <summary>What the PATCH that brought the end is told while finishing goes on: <c>204</c> with length - 1, <c>503</c>, or <c>auto</c>: by the client's user agent.</summary>
    public string UnfinishedAnswer { get; set; } = "auto";
}
