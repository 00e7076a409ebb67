namespace Sluice.Checkpoints;

/// <summary>Events to be told at least once, written with the state they report (<see cref="IUploadStore.UpdateAsync"/>).</summary>
internal interface IOutbox
{
    /// <summary>The oldest events that are due, at most <paramref name="limit"/>, hidden from others for <paramref name="hideFor"/>. <see cref="OutboxEvent.Tries"/> counts hand-outs, this one included. An id that waits already is not put in twice.</summary>
    ValueTask<IReadOnlyList<OutboxEvent>> TakeAsync(int limit, TimeSpan hideFor, CancellationToken cancellationToken);

    /// <summary>The event was told.</summary>
    ValueTask DoneAsync(string eventId, CancellationToken cancellationToken);

    /// <summary>The event could not be told: it is due again after the delay.</summary>
    ValueTask RetryAsync(string eventId, TimeSpan delay, CancellationToken cancellationToken);
}
