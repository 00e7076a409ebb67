namespace Sluice;

/// <summary>What an upload would do, without doing it.</summary>
/// <param name="Name">The file's name as Notion would show it.</param>
/// <param name="ContentType">The type it would be sent with; null: left to Notion.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Parts">How many parts.</param>
/// <param name="PartSize">Their size in bytes.</param>
/// <param name="Requests">How many requests it takes at least.</param>
/// <param name="LeastTime">The least time these requests take at the request budget.</param>
/// <param name="Target">The target in its short form.</param>
public sealed record UploadPlanInfo(string Name, string? ContentType, long Length, int Parts, long PartSize, int Requests, TimeSpan LeastTime, string Target);
