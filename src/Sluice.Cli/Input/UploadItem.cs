namespace Sluice.Cli.Input;

/// <summary>One thing to upload.</summary>
/// <param name="Shown">As the user named it: the PATH, or for a file of a folder the folder's PATH and the way from there.</param>
/// <param name="FullPath">Where it lies; null: standard input.</param>
internal sealed record UploadItem(string Shown, string? FullPath)
{
    public bool IsStandardInput => FullPath is null;
}
