using System.Security.Cryptography;
using Sluice.Checkpoints;

namespace Sluice.Stores;

/// <summary>
/// Who of those that share a state folder is alive: each process holds an exclusive file lock on <c>owners/&lt;holder&gt;</c> for its
/// life, which the system gives back in the instant the process dies, kill -9 included, and which containers that share the
/// folder see too. A holder whose file another can lock, or whose file is gone, is dead (docs/adr/0005).
/// </summary>
internal sealed class OwnerLocks : IOwnerLiveness, IDisposable
{
    private readonly string _folder;
    private readonly FileStream _own;

    private OwnerLocks(string folder, string holder, FileStream own)
    {
        _folder = folder;
        _own = own;
        Holder = holder;
    }

    /// <summary>This process's id as a holder of leases: new for each process.</summary>
    public string Holder { get; }

    /// <summary>Takes a new holder id in <c>owners</c> below the state folder, and removes the files of the dead.</summary>
    public static OwnerLocks Take(string dataFolder)
    {
        var folder = Path.Combine(dataFolder, "owners");
        StateFolder.Create(folder);
        while (true)
        {
            var holder = $"{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
            var path = Path.Combine(folder, holder);
            if (TryLock(path, FileMode.CreateNew) is not { } own)
            {
                continue;
            }

            // Another process may have taken the new file for one of a dead owner before it was locked: then its name is gone.
            if (!File.Exists(path))
            {
                own.Dispose();
                continue;
            }

            var locks = new OwnerLocks(folder, holder, own);
            locks.RemoveDead();
            return locks;
        }
    }

    /// <inheritdoc />
    public bool IsKnownDead(string holder)
    {
        if (holder == Holder || !IsName(holder) || !Directory.Exists(_folder))
        {
            return false;
        }

        var path = Path.Combine(_folder, holder);
        if (!File.Exists(path))
        {
            return true;
        }

        if (TryLock(path, FileMode.Open) is not { } lockOfTheDead)
        {
            return !File.Exists(path);
        }

        // The name goes while the lock is held, so that its owner, were it just beginning, sees it (Take).
        using (lockOfTheDead)
        {
            File.Delete(path);
        }

        return true;
    }

    /// <summary>Gives the id back: whoever asks now knows that this holder is gone.</summary>
    public void Dispose()
    {
        try
        {
            File.Delete(_own.Name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The folder went before us: there is nobody left to tell.
        }

        _own.Dispose();
    }

    private void RemoveDead()
    {
        foreach (var path in Directory.EnumerateFiles(_folder))
        {
            _ = IsKnownDead(Path.GetFileName(path));
        }
    }

    /// <summary>Holder ids become file names: nothing else may pass.</summary>
    private static bool IsName(string holder) =>
        holder.Length is > 0 and <= 128 && holder[0] != '.' && holder.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    private static FileStream? TryLock(string path, FileMode mode)
    {
        try
        {
            return new(path, StateFolder.PrivateFile(mode));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
