using System.Diagnostics;

namespace Sluice.EndToEnd.Running;

/// <summary>A disk of a given size, mounted for a test; needs root, or sudo without a password.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    /// <param name="path">Where; made if it is not there.</param>
    /// <param name="kibibytes">How large.</param>
    public static SmallDisk Mount(string path, int kibibytes)
    {
        Directory.CreateDirectory(path);
        Run("mount", "-t", "tmpfs", "-o", $"size={kibibytes}k,mode=0777", "tmpfs", path);
        return new SmallDisk(path);
    }

    /// <summary>Takes all of its room but so much.</summary>
    public void Fill(int leaveKibibytes)
    {
        var free = new DriveInfo(Path).AvailableFreeSpace - (leaveKibibytes << 10);
        using var filler = File.Create(Filler);
        try
        {
            filler.Write(new byte[Math.Max(0, free)]);
        }
        catch (IOException) when (leaveKibibytes == 0)
        {
            // The program took some of the room meanwhile: what is left of it is full all the same.
        }
    }

    /// <summary>Gives the room back.</summary>
    public void MakeRoom() => File.Delete(Filler);

    public void Dispose() => Run("umount", "-l", Path);

    private string Filler => System.IO.Path.Combine(Path, "filler");

    private static void Run(string program, params string[] arguments)
    {
        string[] command = Environment.IsPrivilegedProcess ? [program, .. arguments] : ["sudo", "-n", program, .. arguments];
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, UseShellExecute = false })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"A small disk is made with '{string.Join(' ', command)}', which needs root or sudo without a password: {error}");
    }
}
