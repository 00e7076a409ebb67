using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Sluice.Spool;

/// <summary>
/// Which folder holds a state folder's spool files: its own <c>spool</c>, or, under a Spool:Directory that others may use too,
/// one named by a number that lies in the state folder. So everything in it is ours, and what no record names can go.
/// Files are named by upload ids, never by anything a client said.
/// </summary>
internal sealed class SpoolPlace(string stateFolder, string? directory)
{
    private const string Suffix = ".spool";

    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    private const string IdFile = "spool.id";
    private const int IdLength = 32;
    private const int MostTries = 1000;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private string? _id;

    /// <summary>What the user would name when asked where spool files lie.</summary>
    public string Shown => directory ?? Path.Combine(stateFolder, "spool");

    /// <summary>The folder; null where nothing was ever put there.</summary>
    public string? Find()
    {
        var folder = directory is null ? Shown : Id(FileMode.Open) is { } id ? Path.Combine(directory, id) : null;
        return folder is not null && Directory.Exists(folder) ? folder : null;
    }

    /// <summary>The folder, made where it is not there, for its owner only. Throws what making folders throws.</summary>
    public string Make()
    {
        MakeFolder(stateFolder);
        var folder = directory is null ? Shown : Path.Combine(directory, Id(FileMode.OpenOrCreate)!);
        MakeFolder(folder);
        return folder;
    }

    /// <summary>An upload's file name.</summary>
    public static string NameOf(string uploadId) =>
        IsId(uploadId) ? uploadId + Suffix : throw new ArgumentException($"'{uploadId}' is no upload id.", nameof(uploadId));

    /// <summary>Whose a file is; empty for a file that is no spool file by its name.</summary>
    public static ReadOnlySpan<char> IdOf(ReadOnlySpan<char> path)
    {
        var name = Path.GetFileName(path);
        return name.EndsWith(Suffix, StringComparison.Ordinal) && IsId(name[..^Suffix.Length]) ? name[..^Suffix.Length] : [];
    }

    /// <summary>Removes an upload's file where it has one and nobody has it open.</summary>
    public void Remove(string uploadId)
    {
        if (Find() is { } folder && SpoolFile.OpenUnread(SpoolDisk.Instance, Path.Combine(folder, NameOf(uploadId))).File is { } file)
        {
            file.Delete();
        }
    }

    private static bool IsId(ReadOnlySpan<char> id) => id.Length is > 0 and <= 64 && !id.ContainsAnyExcept(IdCharacters);

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

    /// <summary>The number that names our folder under a directory that others use too; null where there is none yet and none is made.</summary>
    private string? Id(FileMode mode)
    {
        if (_id is { } known)
        {
            return known;
        }

        var path = Path.Combine(stateFolder, IdFile);
        for (var wait = default(SpinWait); ; wait.SpinOnce())
        {
            try
            {
                return mode == FileMode.Open && !File.Exists(path) ? null : _id = ReadOrWriteId(path, mode);
            }
            catch (IOException e) when (SpoolOutcome.Of(e).Status == SpoolStatus.InUse && wait.Count < MostTries)
            {
                // Another process is here at this very moment; it stays for two system calls.
            }
        }
    }

    /// <summary>Under the system's lock: whoever finds the file empty writes it.</summary>
    private static string ReadOrWriteId(string path, FileMode mode)
    {
        using var file = new FileStream(path, new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 });
        var text = new byte[IdLength];
        if (file.Length == IdLength)
        {
            file.ReadExactly(text);
        }

        if (Encoding.ASCII.GetString(text) is var id && !IsId(id))
        {
            id = RandomNumberGenerator.GetHexString(IdLength, lowercase: true);
            file.SetLength(0);
            file.Write(Encoding.ASCII.GetBytes(id));
        }

        return id;
    }
}
