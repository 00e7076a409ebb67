namespace Sluice.Cli.Uploads;

/// <summary>An upload of this run.</summary>
/// <param name="Shown">The file as results name it.</param>
/// <param name="Target">Where it goes, in its short form.</param>
/// <param name="Handle">The upload.</param>
internal sealed record StartedUpload(string Shown, string Target, UploadHandle Handle);
