namespace Sluice;

/// <summary>One upload under way.</summary>
public abstract class UploadHandle
{
    private protected UploadHandle()
    {
    }

    /// <summary>Ends when the upload ended, in whatever way; it does not throw for an expected failure.</summary>
    public abstract Task<UploadResult> Completion { get; }

    /// <summary>Where the upload stands now; cheap enough to be asked ten times a second.</summary>
    public abstract UploadSnapshot Snapshot();

    /// <summary>
    /// What happens to the upload, oldest first, until it ends. Bounded: a reader that is too slow misses events, never the last one.
    /// One reader an upload.
    /// </summary>
    public abstract IAsyncEnumerable<UploadEvent> EventsAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Stops at a safe point: nothing new is read, sends under way may end within <paramref name="grace"/>, what arrived is
    /// recorded. <see cref="Completion"/> then says interrupted.
    /// </summary>
    /// <param name="grace">At most this long; zero: at once, parts under way are sent again next time.</param>
    public abstract Task StopAsync(TimeSpan grace);
}
