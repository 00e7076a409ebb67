namespace Sluice.Events;

/// <summary>Which webhooks can be told: what leaves the machine is encrypted, and what is sent is signed.</summary>
internal static class WebhookRule
{
    private const int LeastKey = 16;

    /// <summary>What is wrong with <c>Monitoring:Webhook</c> and its secret, the secret never quoted; null: nothing.</summary>
    public static string? Problem(string? webhook, string? secret)
    {
        if (string.IsNullOrEmpty(webhook))
        {
            return null;
        }

        if (!Uri.TryCreate(webhook, UriKind.Absolute, out var address) || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)))
        {
            return "Monitoring:Webhook has to be an https address (http only on this machine: 127.0.0.1, [::1] or localhost).";
        }

        if (address.UserInfo.Length > 0)
        {
            return "Monitoring:Webhook holds a user name or password, which is not sent; receivers know us by the signature of Monitoring:WebhookSecret.";
        }

        if (string.IsNullOrEmpty(secret))
        {
            return "Monitoring:Webhook needs Monitoring:WebhookSecret, the key of the signature by which the receiver knows that an event is ours.";
        }

        return WebhookSignature.Key(secret) is { Length: >= LeastKey }
            ? null
            : $"Monitoring:WebhookSecret is too weak: at least {LeastKey} characters, or 'whsec_' and the base64 of at least {LeastKey} bytes.";
    }
}
