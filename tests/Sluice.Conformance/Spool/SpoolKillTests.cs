using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Sluice.Conformance.Spool;

/// <summary>kill -9 of a process whose standard input is being uploaded, before and after it was gathered.</summary>
public sealed class SpoolKillTests : IAsyncLifetime
{
    private SpoolWorld _world = null!;

    private static CancellationToken None => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _world = await SpoolWorld.StartAsync(None);

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Killed_while_it_gathers_its_file_is_removed_by_the_next_start_and_not_before()
    {
        using var child = Start(bytesPerSecond: 0);
        try
        {
            // A pipe holds far less than this: when it is written the child has read most of it, into its file.
            await SpoolWorld.WriteAsync(child.StandardInput.BaseStream, 8 << 20, 1, None);
            var file = Assert.Single(_world.Files);
            await using (await _world.OpenAsync(None))
            {
                Assert.Equal([file], _world.Files);
            }
        }
        finally
        {
            child.Kill();
            await child.WaitForExitAsync(CancellationToken.None);
        }

        Assert.Single(_world.Files);
        await using (await _world.OpenAsync(None))
        {
            Assert.Empty(_world.Files);
        }
    }

    [Fact]
    public async Task Killed_after_it_was_gathered_the_next_process_goes_on_from_its_file()
    {
        const long Length = 40L << 20;
        using var child = Start(bytesPerSecond: 4 << 20);
        string digest;
        string? id = null;
        try
        {
            digest = await SpoolWorld.WriteAsync(child.StandardInput.BaseStream, Length, 2, None);
            child.StandardInput.Close();
            while (await child.StandardOutput.ReadLineAsync(None) is { } line)
            {
                if (line.Split(' ') is [nameof(UploadEventKind.PartAcknowledged), var uploadId])
                {
                    id = uploadId;
                    break;
                }
            }
        }
        finally
        {
            child.Kill();
            await child.WaitForExitAsync(CancellationToken.None);
        }

        Assert.NotNull(id);
        Assert.Equal([id], _world.Files);
        await using var opened = await _world.OpenAsync(None);
        Assert.Equal([id], _world.Files);
        var result = await opened.Client.Resume(id).Completion;
        Assert.Equal((UploadStatus.Done, digest), (result.Status, result.Sha256));
        Assert.InRange(result.ResumedFrom, 5 << 20, Length);
        Assert.Equal((digest, Length), await _world.StoredAsync(result.FileUploadId!, None));
        Assert.Empty(_world.Files);
    }

    private Process Start(long bytesPerSecond) => Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Sluice.Conformance"))
    {
        UseShellExecute = false,
        ArgumentList = { SpoolChild.Verb, _world.State, _world.Address.ToString(), bytesPerSecond.ToString(CultureInfo.InvariantCulture) },
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;
}
