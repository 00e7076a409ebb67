using System.Security.Cryptography;

namespace Sluice.Spool;

/// <summary>
/// Which folder holds a state folder's spool files: its own <c>spool</c>, or, under a Spool:Directory that others may use too,
/// one named by a number that lies in the state folder. So everything in it is ours, and what no record names can go.
/// Files are named by upload ids, never by anything a client said.
/// </summary>
internal sealed class SpoolPlace(string stateFolder, string? directory)
{
    private const string Suffix = ".spool";
    private const string IdFile = "spool.id";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>What the user would name when asked where spool files lie.</summary>
    public string Shown => directory ?? Path.Combine(stateFolder, "spool");

    /// <summary>The folder; null where nothing was ever put there.</summary>
    public string? Find()
    {
        var folder = directory is null ? Shown : ReadId() is { } id ? Path.Combine(directory, id) : null;
        return folder is not null && Directory.Exists(folder) ? folder : null;
    }

    /// <summary>The folder, made where it is not there, for its owner only. Throws what making folders throws.</summary>
    public string Make()
    {
        MakeFolder(stateFolder);
        var folder = directory is null ? Shown : Path.Combine(directory, ReadId() ?? MakeId());
        MakeFolder(folder);
        return folder;
    }

    /// <summary>An upload's file name.</summary>
    public static string NameOf(string uploadId) =>
        IsId(uploadId) ? uploadId + Suffix : throw new ArgumentException($"'{uploadId}' is no upload id.", nameof(uploadId));

    /// <summary>Whose a file is; null for a file that is no spool file by its name.</summary>
    public static string? IdOf(string path) =>
        Path.GetFileName(path) is var name && name.EndsWith(Suffix, StringComparison.Ordinal) && IsId(name[..^Suffix.Length]) ? name[..^Suffix.Length] : null;

    /// <summary>Removes an upload's file where it has one and nobody has it open.</summary>
    public void Remove(string uploadId)
    {
        if (Find() is { } folder && SpoolFile.OpenUnread(SpoolDisk.Instance, Path.Combine(folder, NameOf(uploadId))).File is { } file)
        {
            file.Delete();
        }
    }

    private static bool IsId(string id) => id.Length is > 0 and <= 64 && id.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-');

    private static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, Private);
        }
    }

    private string? ReadId()
    {
        var file = Path.Combine(stateFolder, IdFile);
        return File.Exists(file) && File.ReadAllText(file).Trim() is { Length: 32 } id && IsId(id) ? id : null;
    }

    /// <summary>Two processes may come here at once: the first one's number stays.</summary>
    private string MakeId()
    {
        var mine = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var written = Path.Combine(stateFolder, $"{IdFile}.{mine}");
        File.WriteAllText(written, mine);
        try
        {
            File.Move(written, Path.Combine(stateFolder, IdFile), overwrite: false);
            return mine;
        }
        catch (IOException) when (ReadId() is { } theirs)
        {
            File.Delete(written);
            return theirs;
        }
    }
}
