using System.Net;

namespace Sluice.Notion;

/// <summary>
/// A request body whose end can be awaited. The HTTP handler may go on reading a body after its send task ended
/// (https://github.com/dotnet/runtime/issues/107082); whoever owns the bytes waits for <see cref="CloseAsync"/> first.
/// </summary>
internal abstract class NotionContent(AttemptReporter reporter) : HttpContent
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _readers;
    private bool _closed;

    /// <summary>What went wrong while the bytes were supplied, as opposed to while they were sent.</summary>
    public Exception? SourceFailure { get; private set; }

    /// <summary>Bytes on the wire, exactly.</summary>
    protected abstract long TotalLength { get; }

    /// <summary>Ends a read that is under way and allows no other. Completes when nothing reads any more.</summary>
    public async Task CloseAsync()
    {
        bool reading;
        lock (_lock)
        {
            _closed = true;
            reading = _readers > 0;
        }

        if (reading)
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            await _idle.Task.ConfigureAwait(false);
        }
    }

    protected abstract ValueTask WriteBodyAsync(SentStream destination, CancellationToken cancellationToken);

    protected sealed override bool TryComputeLength(out long length)
    {
        length = TotalLength;
        return true;
    }

    protected sealed override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected sealed override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_closed)
            {
                throw new OperationCanceledException("The call this body belongs to is over.");
            }

            _readers++;
        }

        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
            await SendAsync(stream, either.Token).ConfigureAwait(false);
        }
        finally
        {
            bool last;
            lock (_lock)
            {
                last = --_readers == 0 && _closed;
            }

            if (last)
            {
                _idle.TrySetResult();
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stop.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task SendAsync(Stream stream, CancellationToken cancellationToken)
    {
        reporter.RequestStarted();
        var sent = new SentStream(stream, TotalLength, reporter);
        await using (sent.ConfigureAwait(false))
        {
            try
            {
                await WriteBodyAsync(sent, cancellationToken).ConfigureAwait(false);
                if (sent.Position != TotalLength)
                {
                    throw new InvalidOperationException($"A request body of {TotalLength} bytes ended at {sent.Position}.");
                }
            }
            catch (Exception e) when (!sent.Broken && e is not OperationCanceledException)
            {
                SourceFailure = e;
                throw;
            }

            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        reporter.BodySent();
    }
}
