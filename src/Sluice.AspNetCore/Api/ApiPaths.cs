namespace Sluice.AspNetCore.Api;

/// <summary>Paths of the API.</summary>
internal static class ApiPaths
{
    public const string Uploads = "/api/uploads";
    public const string Status = "/api/status";
    public const string Events = "/api/events";
    public const string Links = "/api/links";
    public const string Alerts = "/api/alerts";
    public const string Features = "/api/features";
    public const string Config = "/api/config";
    public const string Session = "/api/session";
    public const string Alive = "/healthz";
    public const string Ready = "/readyz";
}
