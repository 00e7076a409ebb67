namespace Sluice.Simulation;

/// <summary>
/// A request's body as the gateway reads it: at the client's rate, broken, cut short or silent for ever where the client's habit
/// has it so. Reading it twice at once, or after its request was answered, is seen.
/// </summary>
internal sealed class ClientBody(World world, Process process, ClientFile file, long offset, long count, int rate) : Stream
{
    private readonly TaskCompletionSource _never = new();
    private bool _reading;

    /// <summary>How far the client gives bytes.</summary>
    public required long EndsAt { get; init; }

    /// <summary>What happens behind <see cref="EndsAt"/>, where that is not the body's end.</summary>
    public BodyFate Fate { get; init; }

    /// <summary>Where in the file it begins.</summary>
    public long Offset => offset;

    /// <summary>The declared length.</summary>
    public long Count => count;

    public int Rate => rate;

    /// <summary>Bytes read of it.</summary>
    public long Taken { get; private set; }

    /// <summary>True once nobody may read it any more.</summary>
    public bool Closed { get; set; }

    /// <summary>True while the client would give more.</summary>
    public bool Gives => !Closed && Taken < EndsAt;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        world.Guard(() =>
        {
            Violation.Unless(!_reading, () => $"the body of '{file.Name}' at {offset} is read by two at once");
            Violation.Unless(!Closed, () => $"the body of '{file.Name}' at {offset} is read after its request was answered");
        });
        _reading = true;
        try
        {
            return await TakeAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _reading = false;
        }
    }

    private async Task<int> TakeAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (process.Dead)
        {
            await _never.Task.ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (Taken == EndsAt)
        {
            switch (Fate)
            {
                case BodyFate.Broken:
                    throw new IOException("The connection was reset.");
                case BodyFate.Silent:
                    await Task.Delay(Timeout.InfiniteTimeSpan, world.Time, cancellationToken).ConfigureAwait(false);
                    break;
            }

            return 0;
        }

        if (buffer.IsEmpty)
        {
            // Until a byte is here; it is taken by the next read.
            if (rate > 0)
            {
                await Task.Delay(TimeSpan.FromSeconds(1.0 / rate), world.Time, cancellationToken).ConfigureAwait(false);
            }

            return 0;
        }

        // What a socket has: a few hundred bytes on this scale, more only of large files.
        var piece = (int)Math.Min(Math.Min(buffer.Length, EndsAt - Taken), rate > 0 ? Math.Max(1, rate / 2) : world.Random.Next(64, Math.Max(700, (int)(file.Length / 200))));
        if (rate > 0)
        {
            await Task.Delay(TimeSpan.FromSeconds((double)piece / rate), world.Time, cancellationToken).ConfigureAwait(false);
        }
        else if (world.Random.Next(4) == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(world.Random.Next(1, 20)), world.Time, cancellationToken).ConfigureAwait(false);
        }

        if (process.Dead)
        {
            await _never.Task.ConfigureAwait(false);
        }

        file.Bytes.AsMemory((int)(offset + Taken), piece).CopyTo(buffer);
        Taken += piece;
        file.Delivered = Math.Max(file.Delivered, offset + Taken);
        return piece;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
