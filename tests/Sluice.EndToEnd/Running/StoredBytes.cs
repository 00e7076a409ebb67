namespace Sluice.EndToEnd.Running;

/// <summary>A folder in which the simulator keeps what it was sent, so that it can be read back.</summary>
internal sealed class StoredBytes : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("sluice-e2e-stored-").FullName;

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
