using System.IO.Pipes;
using Sluice.Checkpoints;
using Sluice.Errors;
using Sluice.Spool;
using Xunit;

namespace Sluice.Conformance.Spool;

/// <summary>Standard input through the spool, with real pipes, files and sockets.</summary>
public sealed class PipedUploadTests : IAsyncLifetime
{
    private const long Length = (64L << 20) + 12_345;

    private SpoolWorld _world = null!;

    private static CancellationToken None => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _world = await SpoolWorld.StartAsync(None);

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_pipe_arrives_whole_every_range_leaves_the_page_cache_and_its_file_is_gone_afterwards()
    {
        var disk = new RecordingDisk();
        await using var opened = await _world.OpenAsync(None, disk: disk);
        var (digest, result) = await PipeAsync(opened.Client, Length);

        Assert.Equal((UploadStatus.Done, digest, Length), (result.Status, result.Sha256, result.Bytes));
        Assert.Equal((digest, Length), await _world.StoredAsync(result.FileUploadId!, None));
        Assert.Empty(_world.Files);
        Assert.Equal(0, opened.Client.Engine.Spool.Folder.Snapshot().ReservedBytes);

        // While it was written each range once, in order; then each part when it was sent.
        var written = disk.Dropped.TakeWhile(static (range, i) => range.Offset == (long)i * SpoolConstants.Range).ToList();
        Assert.Equal(Length, written.Sum(static r => r.Length));
        Assert.All(written.SkipLast(1), static r => Assert.Equal(SpoolConstants.Range, r.Length));
        Assert.InRange(written[^1].Length, 1, 2L * SpoolConstants.Range);
        var sent = disk.Dropped.Skip(written.Count).ToList();
        Assert.Equal([.. Enumerable.Range(1, 12).Select(static part => part * (5L << 20)), Length], sent.Select(static r => r.Offset + r.Length).Distinct().Order());
        Assert.All(sent, static r => Assert.InRange(r.Length, 1, (5 << 20) + SpoolConstants.Range));
    }

    [Fact]
    public async Task An_interrupted_one_is_gone_on_with_by_the_next_process_and_proved_the_same()
    {
        string digest;
        string id;
        await using (var opened = await _world.OpenAsync(None, bytesPerSecond: 8 << 20))
        {
            await using var writer = new AnonymousPipeServerStream(PipeDirection.Out);
            await using var reader = new AnonymousPipeClientStream(PipeDirection.In, writer.ClientSafePipeHandle);
            var handle = opened.Client.Start(Request(reader));
            digest = await SpoolWorld.WriteAsync(writer, Length, 7, None);
            await writer.DisposeAsync();
            Assert.True(await SpoolWorld.HappensAsync(handle, UploadEventKind.PartAcknowledged, None));
            await handle.StopAsync(TimeSpan.Zero);
            var stopped = await handle.Completion;
            Assert.Equal(UploadStatus.Interrupted, stopped.Status);
            id = stopped.UploadId!;
            Assert.Equal([id], _world.Files);
        }

        await using (var again = await _world.OpenAsync(None))
        {
            var result = await again.Client.Resume(id).Completion;
            Assert.Equal((UploadStatus.Done, digest), (result.Status, result.Sha256));
            Assert.InRange(result.ResumedFrom, 5 << 20, Length - 1);
            Assert.InRange(result.BytesSent, 1, Length - (5 << 20));
            Assert.Equal((digest, Length), await _world.StoredAsync(result.FileUploadId!, None));
            Assert.Empty(_world.Files);
            Assert.True((await again.Client.Resume(id).Completion).AlreadyDone);
        }
    }

    [Fact]
    public async Task A_byte_that_changed_in_the_spool_is_found_before_anything_behind_it_is_sent()
    {
        string id;
        await using (var opened = await _world.OpenAsync(None, bytesPerSecond: 8 << 20))
        {
            using var stream = new MemoryStream();
            await SpoolWorld.WriteAsync(stream, 32 << 20, 7, None);
            stream.Position = 0;
            var handle = opened.Client.Start(Request(stream));
            Assert.True(await SpoolWorld.HappensAsync(handle, UploadEventKind.PartAcknowledged, None));
            await handle.StopAsync(TimeSpan.Zero);
            id = (await handle.Completion).UploadId!;
        }

        await using (var file = new FileStream(Path.Combine(new SpoolPlace(_world.State, null).Find()!, SpoolPlace.NameOf(id)), FileMode.Open))
        {
            file.Position = SpoolMark.DataOffset + 1000;
            var before = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(before + 1));
        }

        await using var again = await _world.OpenAsync(None);
        var result = await again.Client.Resume(id).Completion;
        Assert.Equal((UploadStatus.Failed, ErrorCodes.SourceChanged), (result.Status, result.Error!.Code));
        Assert.Equal(0, result.BytesSent);
    }

    [Fact]
    public async Task Stopped_while_it_gathers_it_ends_although_the_pipe_says_nothing_and_leaves_no_file()
    {
        await using var opened = await _world.OpenAsync(None);
        await using var writer = new AnonymousPipeServerStream(PipeDirection.Out);
        await using var reader = new AnonymousPipeClientStream(PipeDirection.In, writer.ClientSafePipeHandle);
        var handle = opened.Client.Start(Request(reader));
        await SpoolWorld.WriteAsync(writer, 2 << 20, 7, None);
        Assert.Equal("staged", handle.Snapshot().State);
        await handle.StopAsync(TimeSpan.Zero);
        var result = await handle.Completion;
        Assert.Equal((UploadStatus.Failed, ErrorCodes.Interrupted), (result.Status, result.Error!.Code));
        Assert.Contains("nothing of it was sent or kept", result.Error.Message, StringComparison.Ordinal);
        Assert.Empty(_world.Files);
    }

    [Fact]
    public async Task With_keep_none_an_interrupted_one_says_that_nothing_is_kept()
    {
        await using var opened = await _world.OpenAsync(None, bytesPerSecond: 8 << 20, configure: static o => o.Spool.Keep = SpoolKeep.None);
        using var stream = new MemoryStream();
        await SpoolWorld.WriteAsync(stream, 32 << 20, 7, None);
        stream.Position = 0;
        var handle = opened.Client.Start(Request(stream));
        Assert.True(await SpoolWorld.HappensAsync(handle, UploadEventKind.PartAcknowledged, None));
        await handle.StopAsync(TimeSpan.Zero);
        var result = await handle.Completion;
        Assert.Equal((UploadStatus.Failed, ErrorCodes.Interrupted), (result.Status, result.Error!.Code));
        Assert.Empty(_world.Files);
        Assert.Equal(UploadState.Failed, (await opened.Client.Engine.Store.Uploads.FindAsync(result.UploadId!, None))!.State);
        Assert.Equal(ErrorCodes.SourceMissing, (await opened.Client.Resume(result.UploadId!).Completion).Error!.Code);
    }

    [Fact]
    public async Task A_stream_of_known_length_is_kept_with_keep_all()
    {
        string id;
        string digest;
        await using (var opened = await _world.OpenAsync(None, bytesPerSecond: 8 << 20, configure: static o => o.Spool.Keep = SpoolKeep.All))
        {
            using var stream = new MemoryStream();
            digest = await SpoolWorld.WriteAsync(stream, 32 << 20, 7, None);
            stream.Position = 0;
            var handle = opened.Client.Start(Request(stream) with { Source = UploadSource.Stream(stream, stream.Length) });
            Assert.True(await SpoolWorld.HappensAsync(handle, UploadEventKind.PartAcknowledged, None));
            await handle.StopAsync(TimeSpan.Zero);
            id = (await handle.Completion).UploadId!;
        }

        await using var again = await _world.OpenAsync(None);
        var result = await again.Client.Resume(id).Completion;
        Assert.Equal((UploadStatus.Done, digest), (result.Status, result.Sha256));
    }

    [Fact]
    public async Task A_target_that_is_not_shared_is_told_before_the_input_is_read()
    {
        await using var opened = await _world.OpenAsync(None);
        await using var writer = new AnonymousPipeServerStream(PipeDirection.Out);
        await using var reader = new AnonymousPipeClientStream(PipeDirection.In, writer.ClientSafePipeHandle);
        var result = await opened.Client.UploadAsync(Request(reader) with { To = "page:00000000-0000-4000-8000-000000000003" }, None);
        Assert.Equal(ErrorCodes.TargetNotShared, result.Error!.Code);
        Assert.Empty(_world.Files);
    }

    private static UploadRequest Request(Stream stream) => new() { Source = UploadSource.Staged(stream), Name = "piped.txt" };

    private static async Task<(string Digest, UploadResult Result)> PipeAsync(SluiceClient client, long length)
    {
        await using var writer = new AnonymousPipeServerStream(PipeDirection.Out);
        await using var reader = new AnonymousPipeClientStream(PipeDirection.In, writer.ClientSafePipeHandle);
        var handle = client.Start(Request(reader));
        var digest = await SpoolWorld.WriteAsync(writer, length, 7, None);
        await writer.DisposeAsync();
        return (digest, await handle.Completion);
    }
}
