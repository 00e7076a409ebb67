namespace Sluice.AspNetCore.Tus;

/// <summary>
/// What is told when the offset is smaller than what the client has sent: 204 with the smaller one, as the protocol has it, or 503
/// for clients that take that for an error of theirs (tus-java-client and what is built on it, the Dart and Swift clients) but
/// ask again after a 5xx.
/// </summary>
internal static class UnfinishedAnswer
{
    private static readonly string[] Refusing = ["Java/", "Java-http-client", "tus-java-client", "tus-android-client", "okhttp", "Dart/", "CFNetwork"];

    /// <summary>True: answer 503.</summary>
    public static bool Is503(string setting, string? userAgent) => setting switch
    {
        "503" => true,
        "204" => false,
        _ => userAgent is not null && Refusing.Any(name => userAgent.Contains(name, StringComparison.OrdinalIgnoreCase)),
    };
}
